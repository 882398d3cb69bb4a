"""Names are compared as bytes: no other case, no prefix, no tag; odd characters are just characters."""

APPLICATIONS = {
    "frontend": {"branches": ["main", "Topic", "topic", "frat/#%test/rrr-", "v1", "naïve"], "imports": ["backend"]},
    "backend": {
        "default": "develop",
        "branches": ["develop", "topic", "topic/more", "frat/#%test/rrr-", "nai\u0308ve"],
        "tags": ["v1"],
    },
}

PLANS = {
    "frontend@topic": ["backend topic same_name", "frontend topic self"],
    "frontend@Topic": ["backend develop default", "frontend Topic self"],
    "frontend@frat/#%test/rrr-": ["backend frat/#%test/rrr- same_name", "frontend frat/#%test/rrr- self"],
    "frontend@v1": ["backend develop default", "frontend v1 self"],
    "frontend@naïve": ["backend develop default", "frontend naïve self"],
}
