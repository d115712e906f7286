# build/endpoints.tsv: the list of endpoints for scripts and tests.
.[] | [.name, .method, .path, .access, .processes] | @tsv
