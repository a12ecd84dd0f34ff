"""Schema revisions, applied by `callboard db upgrade` and at every start. They import nothing of ours."""
