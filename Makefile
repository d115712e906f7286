# build/bin/NAME from handlers/NAME.c, one library under them, unit programs
# from tests/unit.  `make run` and `make test` are scripts/run, scripts/test.

CC = gcc
LIBS = libpq libcjson libcurl libsodium
CPPFLAGS = -D_GNU_SOURCE -Ishared $(shell pkg-config --cflags $(LIBS))
CFLAGS = -std=c11 -O2 -g -Wall -Wextra -Wshadow -Wconversion -Werror \
	-fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS = -Wl,--as-needed -Wl,-z,relro,-z,now
LDLIBS = -lfcgi $(shell pkg-config --libs $(LIBS)) -lpthread

rooms = base core adapter store wire gateway serve billing
lib_src = $(foreach r,$(rooms),$(wildcard shared/$(r)/*.c))
lib_obj = $(lib_src:%.c=build/%.o)
bin = $(patsubst handlers/%.c,build/bin/%,$(wildcard handlers/*.c))
tools = $(patsubst scripts/%.c,build/bin/%,$(wildcard scripts/*.c))
unit = $(patsubst tests/unit/%.c,build/test/%,$(wildcard tests/unit/*.c))

all: $(bin) $(tools) build/bin/supervise

build/bin/%: build/handlers/%.o build/libcpms.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

build/bin/%: build/scripts/%.o build/libcpms.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

build/bin/supervise: build/shared/supervise/supervise.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^

build/test/%: build/tests/unit/%.o build/libcpms.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

build/libcpms.a: $(lib_obj)
	rm -f $@
	ar rcs $@ $^

build/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

unit: $(unit)

# Every unit program, in the checkout's root.
check: unit
	@for t in $(unit); do ./$$t || exit 1; done

run:
	./scripts/run

test:
	./scripts/test

# Programs that only tests/bench and tests/faults need.
bench-programs: build/bench/constant build/faults/load

build/bench/%: build/tests/bench/%.o build/libcpms.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

build/faults/%: build/tests/faults/%.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^

# GROWTH: as many events are stored when growth is measured.
GROWTH = 1000000
bench: all
	./scripts/deps --test
	./tests/bench/run --growth $(GROWTH)

# OVERLOAD: for how many seconds the system gets more than it can carry.
OVERLOAD = 60
faults: all
	./scripts/deps --test
	./tests/faults/run --overload $(OVERLOAD)

clean:
	rm -rf build

.SECONDARY:
.PHONY: all unit check run test bench-programs bench faults clean
-include $(lib_obj:.o=.d) $(bin:build/bin/%=build/handlers/%.d)
-include $(unit:build/test/%=build/tests/unit/%.d)
