"""Git: addresses to mirrors, refs and blobs; commits kept by refs of our own."""

import os

# GitPython raises at import where git is missing; `process.check_git` says so in a sentence instead.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
