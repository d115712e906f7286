# build/cpms.env: every setting of the programs, its default as a comment.
"# Settings of CPMS Core, made from the rows that its programs read them by.",
"# A line NAME=VALUE without quotes sets one; those behind a # show the defaults.",
"# `cpms restart --all` puts a change into force without losing a request.",
"#",
"# The role that owns the tables, CPMS_MIGRATE_URL, stands in migrate.env beside",
"# this file, which no process of an endpoint can read.",
(.[] | select(.scriptsOnly | not)
	| "", "# \(.says)", "#\(.name)=\(.value)")
