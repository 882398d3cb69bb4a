-- Instants are texts in UTC with microseconds, which sort as time does. Names of refs are the bytes that git has.

CREATE TABLE applications (
    name      TEXT PRIMARY KEY,
    listed_at TEXT NOT NULL,
    began     TEXT,
    head      BLOB
) WITHOUT ROWID;

CREATE TABLE refs (
    application   TEXT NOT NULL REFERENCES applications (name) ON DELETE CASCADE,
    name          BLOB NOT NULL,
    commit_id     TEXT NOT NULL,
    missing_since TEXT,
    PRIMARY KEY (application, name)
) WITHOUT ROWID;

CREATE TABLE environments (
    id       TEXT PRIMARY KEY,
    label    TEXT NOT NULL,
    last_run INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL REFERENCES environments (id),
    number      INTEGER NOT NULL,
    label       TEXT NOT NULL,
    workflow    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    plan        TEXT NOT NULL,
    commits     TEXT NOT NULL,
    began       TEXT NOT NULL,
    ended       TEXT,
    outcome     TEXT NOT NULL,
    stages      TEXT NOT NULL,
    counts      TEXT NOT NULL,
    error       TEXT NOT NULL,
    document    TEXT NOT NULL,
    UNIQUE (environment, number)
);

CREATE TABLE import_plans (
    run         INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    application TEXT NOT NULL,
    repository  TEXT NOT NULL,
    ref         BLOB NOT NULL,
    commit_id   TEXT NOT NULL,
    rule        TEXT NOT NULL,
    aborted     TEXT,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE owned_objects (
    environment TEXT NOT NULL,
    kind        TEXT NOT NULL,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    uid         TEXT NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (environment, kind, namespace, name)
) WITHOUT ROWID;

CREATE TABLE passes (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           TEXT NOT NULL,
    reason       TEXT NOT NULL,
    environments INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    failed       INTEGER NOT NULL
);
