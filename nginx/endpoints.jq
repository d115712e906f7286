# build/endpoints.tsv: what scripts and tests read of the endpoints.
.[] | [.name, .method, .path, .access, .processes] | @tsv
