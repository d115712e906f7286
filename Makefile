# build/bin/NAME from handlers/NAME.c and scripts/NAME.c, one library under
# them, unit programs from tests/unit.  `make help` lists the targets.
#
# BUILD names another directory for the products, for other compilers or flags:
#	make CC=clang BUILD=build/clang all unit

CC = gcc
CPPFLAGS = -D_FORTIFY_SOURCE=3
CFLAGS = -O2 -g $(harden)
LDFLAGS = -pie -Wl,--as-needed -Wl,-z,relro,-z,now
harden := -fPIE -fstack-protector-strong -fstack-clash-protection \
	$(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
BUILD = build
PREFIX = /usr/local
SYSCONFDIR = /etc
DESTDIR =

warnings = -Wall -Wextra -Wshadow -Wconversion -Werror
comma = ,
packages := $(shell pkg-config --cflags --libs libpq libcjson libcurl libsodium)
compile = $(CC) -std=c11 $(warnings) -D_GNU_SOURCE -Ishared \
	$(filter -I% -D%,$(packages)) $(CPPFLAGS) $(CFLAGS)
libs = -lfcgi $(filter-out -I% -D%,$(packages)) -lpthread

rooms = base core adapter store wire gateway serve billing
lib_src = $(foreach r,$(rooms),$(wildcard shared/$(r)/*.c))
test_src = $(addsuffix .c,$(addprefix tests/,bench/constant faults/load \
	metamorphic/post lib/echo))
src = $(lib_src) $(test_src) $(wildcard shared/supervise/*.c handlers/*.c \
	scripts/*.c tests/unit/*.c tests/fuzz/*.c)

endpoints = $(patsubst handlers/%.c,$(BUILD)/bin/%,$(wildcard handlers/*.c))
parents = $(patsubst shared/supervise/%.c,$(BUILD)/bin/%,$(wildcard \
	shared/supervise/*.c))
tools = $(patsubst scripts/%.c,$(BUILD)/bin/%,$(wildcard scripts/*.c))
rows = $(endpoints:$(BUILD)/bin/%=$(BUILD)/rows/%.json)
made_nginx = $(addprefix $(BUILD)/nginx/,http.conf server.conf extras.conf)
made_units = $(addprefix $(BUILD)/systemd/,cpms.target cpms@.socket \
	cpms@.service cpms-upkeep.service cpms-upkeep.timer tmpfiles.conf)
made = $(BUILD)/endpoints.tsv $(made_units) $(BUILD)/cpms.env $(made_nginx) \
	$(BUILD)/man $(BUILD)/openapi.json
bin = $(endpoints) $(tools) $(parents)
unit = $(patsubst tests/unit/%.c,$(BUILD)/test/%,$(wildcard tests/unit/*.c))
test_programs = $(test_src:tests/%.c=$(BUILD)/test/%) $(fuzz)
fuzz_src = $(filter-out %/main.c,$(wildcard tests/fuzz/*.c))
fuzz = $(fuzz_src:tests/%.c=$(BUILD)/test/%)

define link
@mkdir -p $(@D)
$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(libs)
endef

all: $(bin) $(made)	## build/bin and build/nginx: programs, what nginx includes

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(compile) -MMD -MP -c -o $@ $<

$(BUILD)/libcpms.a: $(lib_src:%.c=$(BUILD)/%.o)
	rm -f $@
	ar rcs $@ $^

$(BUILD)/bin/%: $(BUILD)/handlers/%.o $(BUILD)/libcpms.a
	$(link)

# What there is, for the one that asks whether all of it is there.
$(BUILD)/bin/health_ready: $(BUILD)/inventory.o

$(BUILD)/inventory.o: $(BUILD)/inventory.c Makefile
	$(compile) -MMD -MP -c -o $@ $<

$(BUILD)/inventory.c: handlers sql Makefile
	$(call put,printf '%s\n' '#include <stddef.h>' \
	    '#include "base/inventory.h"' \
	    'const char *const inventory_endpoints[] = {' \
	    $(patsubst handlers/%.c,'"%"$(comma)',$(sort \
	    $(wildcard handlers/*.c))) 'NULL };' \
	    'const char *const inventory_migrations[] = {' \
	    $(patsubst sql/%,'"%"$(comma)',$(sort $(filter-out \
	    sql/schema.sql,$(wildcard sql/*.sql)))) 'NULL };')

$(BUILD)/bin/%: $(BUILD)/scripts/%.o $(BUILD)/libcpms.a
	$(link)

$(BUILD)/bin/%: $(BUILD)/shared/supervise/%.o $(BUILD)/libcpms.a
	$(link)

$(BUILD)/test/%: libs += -lcmocka
$(BUILD)/test/%: $(BUILD)/tests/unit/%.o $(BUILD)/libcpms.a
	$(link)

$(filter-out $(fuzz),$(test_programs)): $(BUILD)/test/%: $(BUILD)/tests/%.o \
	    $(BUILD)/libcpms.a
	$(link)

# A fuzzer brings a main() of its own.
fuzz_main = $(BUILD)/tests/fuzz/main.o
$(fuzz): $(BUILD)/test/%: $(BUILD)/tests/%.o $(fuzz_main) $(BUILD)/libcpms.a
	$(link)

# The row that each endpoint prints, and the products of all rows: the list of
# endpoints and the files that nginx includes.  A handler that goes takes its row
# along.
define put
@mkdir -p $(@D)
$(1) >$@.new
@mv $@.new $@
endef

$(BUILD)/rows/%.json: $(BUILD)/bin/%
	$(call put,$< --describe)

$(BUILD)/routes.json: $(rows) handlers
	$(call put,jq -s 'sort_by(.method) | sort_by(.path)' $(rows))

# The units; the target wants a socket and a service for each endpoint.
$(BUILD)/systemd/cpms.target: $(BUILD)/endpoints.tsv scripts/systemd/cpms.target
	$(call put,cut -f 1 $< | \
	    sed 's/.*/Wants=cpms@&.socket cpms@&.service/' | \
	    sed -e '/^@WANTS@$$/{r /dev/stdin' -e 'd}' scripts/systemd/cpms.target)

$(BUILD)/systemd/%: scripts/systemd/% scripts/systemd/sandbox.conf
	$(call put,sed -e '/^@SANDBOX@$$/{r scripts/systemd/sandbox.conf' \
	    -e 'd}' $<)

$(BUILD)/endpoints.tsv: $(BUILD)/routes.json nginx/endpoints.jq
	$(call put,jq -r -f nginx/endpoints.jq $<)

$(BUILD)/settings.json: $(BUILD)/bin/settings
	$(call put,$<)

$(BUILD)/cpms.env: $(BUILD)/settings.json scripts/cpms.env.jq
	$(call put,jq -r -f scripts/cpms.env.jq $<)

# A page a command: as many as the scripts say that they are.
$(BUILD)/man: $(BUILD)/routes.json $(BUILD)/settings.json scripts/man/build \
	    scripts/lib.sh $(wildcard scripts/*)
	./scripts/man/build $(BUILD)

$(BUILD)/nginx/%.conf: nginx/%.jq $(BUILD)/routes.json nginx/paths.jq \
	    nginx/locations.jq nginx/statuses.jq nginx/files.jq \
	    nginx/server.conf.in \
	    nginx/common.conf.in
	$(call put,jq -r -L nginx -f $< --rawfile template \
	    nginx/server.conf.in --rawfile common nginx/common.conf.in \
	    $(BUILD)/routes.json)

# The description of the API; its examples are collected by `make examples`.
$(BUILD)/openapi.json: $(BUILD)/routes.json handlers/openapi.jq \
	    handlers/examples.json nginx/statuses.jq nginx/files.jq \
	    shared/base/version.h
	$(call put,jq -c -L nginx -f handlers/openapi.jq --arg version \
	    $$(sed -n 's/^#define CPMS_VERSION "\(.*\)"/\1/p' \
	    shared/base/version.h) --slurpfile examples \
	    handlers/examples.json $(BUILD)/routes.json)

readme: all	## renew the tables that are made of rows, in READMEs
	./scripts/readme

examples: all	## record the examples of the API's description
	EXAMPLES=handlers/examples.json ./scripts/test tests/openapi.bats

# SEED, ROUNDS: which calls the client makes up, and how often each of the API.
SEED = 1
ROUNDS = 200
drive: all	## a client made from the API's description (SEED=, ROUNDS=)
	SEED=$(SEED) ROUNDS=$(ROUNDS) ./scripts/test tests/openapi.bats

-include $(src:%.c=$(BUILD)/%.d)

run:		## start it from this checkout (scripts/run)
	./scripts/run

test:		## every test (scripts/test)
	./scripts/test

unit: $(unit)	## build/test: the unit programs

test-programs: $(test_programs)	## what tests, bench and faults run beside them

check: unit	## run the unit programs
	@for t in $(unit); do \
		$(CHECK) ./$$t >$$t.log 2>&1 || { cat $$t.log; exit 1; }; done

replay: $(fuzz)	## every input of tests/fuzz/corpus to its target
	@for t in $(fuzz); do \
		./$$t tests/fuzz/corpus/$${t##*/} >$$t.log 2>&1 || { \
		cat $$t.log; exit 1; }; done

# Under the compiler's sanitizers, in build/asan.  Each piece of an arena has a
# block of its own there, so that they see what is read behind its end.
sanitize = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
asan:		## unit programs and replay under address and undefined sanitizers
	@$(MAKE) BUILD=build/asan CPPFLAGS=-DARENA_EXACT \
		CFLAGS="$(sanitize)" check replay

# SECONDS: for how long each target runs.  FUZZ: which ones.
SECONDS = 60
FUZZ = $(fuzz_src:tests/fuzz/%.c=%)
fuzz:		## fuzz the parsers (SECONDS= each, FUZZ=targets); crashes in build/fuzz
	@./scripts/deps --fuzz
	@$(MAKE) -s CC=clang-14 BUILD=build/fuzz CPPFLAGS=-DARENA_EXACT \
		CFLAGS="$(sanitize) -fsanitize=fuzzer-no-link" \
		LDFLAGS=-fsanitize=fuzzer fuzz_main= \
		$(FUZZ:%=build/fuzz/test/fuzz/%)
	@./tests/fuzz/run $(SECONDS) $(FUZZ)

valgrind:	## the unit programs under valgrind
	@./scripts/deps --tools
	@$(MAKE) CHECK="valgrind -q --leak-check=full --error-exitcode=9" check

tidy: compile_commands.json	## clang-tidy with .clang-tidy, on what is shipped
	@./scripts/deps --tools
	@printf '%s\n' $(filter-out tests/%,$(src)) | \
		xargs -n 1 -P $$(nproc) clang-tidy-14 --quiet -p .

compile_commands.json:	## what editors and clang-tidy ask for
	@printf '%s\n' $(src) | jq -R --arg dir '$(CURDIR)' --arg cc '$(compile)' \
		'{directory: $$dir, file: ., command: ($$cc + " -c " + .)}' | \
		jq -s . >$@

# Everything that runs is in one directory, where scripts/ finds the rest beside
# itself; the settings and what nginx includes are where their readers look.
tree = $(DESTDIR)$(PREFIX)/lib/cpms
etc = $(DESTDIR)$(SYSCONFDIR)
share = $(DESTDIR)$(PREFIX)/share
units = $(DESTDIR)$(PREFIX)/lib/systemd
commands = $(filter-out %/deps %/test %/readme,$(shell \
	grep -ls '^#!' scripts/*))
install: all	## all that runs, to DESTDIR and PREFIX; settings to SYSCONFDIR
	install -d $(addprefix $(tree)/,bin scripts/lib sql nginx) \
		$(DESTDIR)$(PREFIX)/bin $(etc)/cpms $(etc)/nginx/cpms
	install -m 755 $(bin) $(tree)/bin
	install -m 755 $(commands) $(tree)/scripts
	install -m 644 scripts/lib.sh $(tree)/scripts
	install -m 644 $(wildcard scripts/lib/*.sh) $(tree)/scripts/lib
	install -d $(tree)/scripts/monitoring
	install -m 644 $(wildcard scripts/monitoring/*) $(tree)/scripts/monitoring
	install -m 644 $(wildcard sql/*.sql) $(tree)/sql
	install -m 644 nginx/nginx.conf.in nginx/tls.conf $(made_nginx) $(tree)/nginx
	install -m 644 $(BUILD)/endpoints.tsv $(BUILD)/cpms.env \
		$(BUILD)/openapi.json $(tree)
	ln -sfn ../lib/cpms/scripts/cpms $(DESTDIR)$(PREFIX)/bin/cpms
	install -m 644 nginx/tls.conf $(made_nginx) $(etc)/nginx/cpms
	sed -i 's,/usr/lib/cpms/,$(PREFIX)/lib/cpms/,' \
		$(etc)/nginx/cpms/extras.conf
	for page in $(BUILD)/man/*/*; do \
		install -D -m 644 $$page \
		$(share)/man/$${page#$(BUILD)/man/} || exit; \
	done
	install -D -m 644 tests/data/depot-day.ndjson \
		$(share)/doc/cpms/examples/depot-day.ndjson
	install -m 644 NEWS.md $(share)/doc/cpms
	install -d $(units)/system $(DESTDIR)$(PREFIX)/lib/tmpfiles.d
	for unit in $(filter-out %.conf,$(made_units)); do \
		sed 's,/usr/lib/cpms,$(PREFIX)/lib/cpms,g' $$unit \
		>$(units)/system/$${unit##*/} || exit; \
	done
	install -m 644 $(BUILD)/systemd/tmpfiles.conf \
		$(DESTDIR)$(PREFIX)/lib/tmpfiles.d/cpms.conf
	install -D -m 644 scripts/cpms.logrotate $(etc)/logrotate.d/cpms
	[ -e $(etc)/cpms/cpms.env ] || \
		install -m 640 $(BUILD)/cpms.env $(etc)/cpms

deb:		## build/cpms_VERSION_ARCHITECTURE.deb, for Debian
	@./scripts/deps --deb --no-server
	@$(MAKE) -s all
	@./scripts/debian/build $(BUILD)

walk:		## install, upgrade and purge it in a bare Debian 12 (tests/walk/run)
	./tests/walk/run

# GROWTH: as many events are stored when growth is measured.
GROWTH = 1000000
bench: all	## measure (tests/bench/run); GROWTH=events stored
	./scripts/deps --test
	./tests/bench/run --growth $(GROWTH)

# OVERLOAD: for how many seconds the system gets more than it can carry.
OVERLOAD = 60
faults: all	## break it on purpose (tests/faults/run); OVERLOAD=seconds
	./scripts/deps --test
	./tests/faults/run --overload $(OVERLOAD)

clean:		## remove build/
	rm -rf build compile_commands.json

help:		## this list
	@sed -n 's/^\([a-z][a-z_.-]*\):.*\t## \(.*\)/\1\t\2/p' Makefile | expand -t 24

.SECONDARY:
.PHONY: all readme unit test-programs check run test asan valgrind tidy bench \
	faults install deb walk examples drive clean help compile_commands.json \
	replay fuzz
