# rouse. `make` builds ./rouse; `make demo` shows it; `make test` checks everything; `make help` lists the rest.
# There is no configure step: pkg-config answers when something is compiled, so this file can be read on a bare machine.

ifeq ($(origin CC),default)
CC = gcc
endif
BUILD ?= .build
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 30
ORACLE_COUNT ?= 60
ROUNDS ?= 7

PKGS = ncursesw libcjson sqlite3 libutf8proc inih libpcre2-8
STD = -std=c17 -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -I.
WERROR ?= -Werror
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wconversion $(WERROR)
HARDEN ?= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
HARDEN_LINK ?= -Wl,-z,relro,-z,now
OPT ?= -O2 -g
SAN ?=
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# `make V=1` shows the commands.
Q = $(if $(V),,@)
SAY = @$(if $(V),:,echo)

# Asked once, and only when a recipe needs the answer.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(filter-out -D%_SOURCE -D_XOPEN_SOURCE=%,$$(shell pkg-config --cflags $(PKGS))))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)))$(PKG_LIBS)
CFLAGS_ALL = $(STD) $(WARN) $(OPT) $(HARDEN) -fPIE $(SAN) $(PKG_CFLAGS) $(CFLAGS)
COMPILE = $(CC) $(CFLAGS_ALL) -MMD -MP
LIBS = $(PKG_LIBS) -lcsv
LINK = $(CC) $(SAN) -pie $(HARDEN_LINK) $(LDFLAGS)

GEN = $(if $(wildcard keymaps/*.keys),$(BUILD)/keymaps_builtin.c)
CORE = $(wildcard core/*/*.c)
TUI = $(filter-out tui/main.c,$(wildcard tui/*.c))
MAIN = $(wildcard tui/main.c)
CORE_O = $(CORE:%.c=$(BUILD)/%.o) $(BUILD)/confusables_builtin.o $(BUILD)/antivirus_builtin.o \
	$(BUILD)/detections_builtin.o
TUI_O = $(TUI:%.c=$(BUILD)/%.o) $(GEN:.c=.o)
MAIN_O = $(MAIN:%.c=$(BUILD)/%.o)
# What both stand-ins are made of; the second names its servers as the tenant does.
STANDIN_O = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/standin/*.c))
TENANT_O = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/tenant/*.c)) $(STANDIN_O)
SERVICES_O = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/services/*.c)) $(patsubst %,$(BUILD)/tests/tenant/%.o,options estate estate_words) $(STANDIN_O)
LIBS_A = $(BUILD)/libtui.a $(BUILD)/librouse.a
# What a test includes is what it is linked with.
libs_of = $(if $(shell grep -l '"tui/' $(1)),$(BUILD)/libtui.a) $(if $(shell grep -l '^#include "' $(1)),$(BUILD)/librouse.a)
UNIT_BIN = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ = $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN = $(FUZZ:tests/fuzz/%.c=$(BUILD)/fuzz/%)
REPLAY_BIN = $(FUZZ:tests/fuzz/%.c=$(BUILD)/replay/%)
BENCH_BIN = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
HEADERS = $(wildcard core/*/*.h tui/*.h)

all: rouse

help:
	@echo 'make              build ./rouse             make install     into PREFIX (/usr/local), under DESTDIR'
	@echo 'make demo         the console on made-up data, with all set-up'
	@echo 'make test         every check, with all set-up'
	@echo 'make unit headless oracle where kql sign-in openapi contract cards rt tickets-openapi tenant services stand-ins e2e lint hdr-check asan fuzz-replay single parts of the test'
	@echo 'make fuzz         each fuzz target for FUZZ_SECONDS (30)      make tidy   clang-tidy'
	@echo 'make bench        ratios against other programs              make cover  lines run by the tests'
	@echo 'make screenshots  pictures of the real program               make clean uninstall setup'

# -- the program --

rouse: $(BUILD)/rouse
	@cp -f $< $@.new && mv -f $@.new $@

$(BUILD)/rouse: $(MAIN_O) $(LIBS_A)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# The flags of the last build: a change of compiler or options builds anew. Also where missing libraries are named.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@pkg-config --exists --print-errors $(PKGS) || { echo 'rouse: libraries are missing; `make setup` installs them.' >&2; exit 1; }
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS)' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -c -o $@ $<

$(BUILD)/%_builtin.o: $(BUILD)/%_builtin.c
	$(SAY) CC $@
	$(Q)$(COMPILE) -c -o $@ $<

$(BUILD)/keymaps_builtin.c: $(wildcard keymaps/*.keys) keymaps/embed.awk
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(Q)awk -f keymaps/embed.awk $(sort $(filter %.keys,$^)) > $@.new && mv -f $@.new $@

$(BUILD)/confusables_builtin.c: core/model/confusables.data core/model/confusables_embed.awk
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(Q)awk -f core/model/confusables_embed.awk $< > $@.new && mv -f $@.new $@

$(BUILD)/antivirus_builtin.c: core/detections/antivirus.tsv core/detections/embed.awk
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(Q)awk -f core/detections/embed.awk $< > $@.new && mv -f $@.new $@

$(BUILD)/detections_builtin.c: $(wildcard core/detections/*.kql) core/detections/embed_kql.awk
	@mkdir -p $(@D)
	$(SAY) GEN $@
	$(Q)awk -f core/detections/embed_kql.awk $(sort $(filter %.kql,$^)) > $@.new && mv -f $@.new $@

$(BUILD)/librouse.a: $(CORE_O)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/libtui.a: $(TUI_O)
	@rm -f $@
	$(Q)ar rcs $@ $^

# -- tests: each suite prints `ok NAME` or `not ok NAME`, tests/run.sh counts them --

.SECONDEXPANSION:
$(BUILD)/unit/%: tests/unit/%.c $$(call libs_of,tests/unit/$$*.c) $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS) -lcmocka

unit: $(UNIT_BIN)
	@sh tests/unit/run.sh $(sort $^)

headless: $(BUILD)/rouse $(BUILD)/rouse-services
	@ROUSE=$(BUILD)/rouse sh tests/headless/run.sh

# Random estates, judged once more by an independent reading of the contract.
oracle: $(BUILD)/rouse
	@ROUSE=$(BUILD)/rouse sh tests/oracle/run.sh $(ORACLE_COUNT)

# Expressions, judged by Microsoft's reference of their language, and by its parser where PEERS names it.
where: $(BUILD)/rouse
	@ROUSE=$(BUILD)/rouse sh tests/where/run.sh

# Queries and rules, judged by Microsoft's parser where PEERS names it.
kql: $(BUILD)/rouse $(BUILD)/tools/kql_print
	@ROUSE=$(BUILD)/rouse sh tests/kql/run.sh $(BUILD)/tools/kql_print

# Sign-in, against the certified OAuth server where PEERS names it.
sign-in: $(BUILD)/tools/sign_in
	@sh tests/peers/sign_in.sh $(BUILD)/tools/sign_in

# Requests of the live source, against the vendor's description where PEERS names it.
openapi: $(BUILD)/rouse $(BUILD)/rouse-tenant
	@sh tests/peers/openapi.sh $(BUILD)/rouse $(BUILD)/rouse-tenant

# Messages to Teams and Slack, judged by the vendors' code where PEERS names it.
cards: $(BUILD)/tools/cards
	@sh tests/peers/cards.sh $(BUILD)/tools/cards

$(BUILD)/tools/cards: tests/peers/cards.c $(BUILD)/librouse.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS)

$(BUILD)/tools/kql_print: tests/kql/print.c $(BUILD)/librouse.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS)

$(BUILD)/tools/sign_in: tests/peers/sign_in.c $(BUILD)/librouse.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS)

# What the stand-ins themselves promise. The estate of a million devices is left out.
stand-ins: $(BUILD)/rouse-tenant $(BUILD)/rouse-services
	@TENANT_LARGE=0 TENANT=$(BUILD)/rouse-tenant sh tests/tenant/selftest.sh
	@SERVICES=$(BUILD)/rouse-services sh tests/services/selftest.sh

# What every ticket back end keeps to, against the stand-in services, and a real Request Tracker where PEERS names it.
contract: $(BUILD)/unit/test_tickets_contract $(BUILD)/rouse-services
	@sh tests/peers/contract.sh $^

# Request Tracker, a real one, where PEERS names it.
rt: $(BUILD)/tools/rt_owners $(BUILD)/tools/rt_send
	@sh tests/peers/rt.sh $^

# Requests to ticket systems, against the vendors' descriptions where PEERS names them.
tickets-openapi: $(BUILD)/tools/tickets_calls
	@sh tests/peers/tickets_openapi.sh $^

$(BUILD)/tools/rt_%: tests/peers/rt_%.c $(BUILD)/librouse.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS)

$(BUILD)/tools/tickets_%: tests/peers/tickets_%.c $(BUILD)/librouse.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS)

# The stand-in tenant, for tests and `rouse demo --live`.
tenant: $(BUILD)/rouse-tenant
	@cp -f $< rouse-tenant.new && mv -f rouse-tenant.new rouse-tenant

$(BUILD)/rouse-tenant: $(TENANT_O)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ -lmicrohttpd -lcjson -lz -lcrypto -lpthread

# The stand-in for ServiceNow, Jira, Teams and Slack.
services: $(BUILD)/rouse-services
	@cp -f $< rouse-services.new && mv -f rouse-services.new rouse-services

$(BUILD)/rouse-services: $(SERVICES_O)
	$(SAY) LINK $@
	$(Q)$(LINK) -o $@ $^ -lmicrohttpd -lcjson -lpthread

e2e: $(BUILD)/rouse
	@ROUSE=$(BUILD)/rouse sh tests/e2e/run.sh

lint:
	@sh tests/lint/selftest.sh
	@sh tests/lint/lint.sh .

hdr-check: $(HEADERS:%=$(BUILD)/hdr/%.ok)
	@for h in $(HEADERS); do echo "ok header $$h compiles alone"; done

$(BUILD)/hdr/%.ok: % $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '#include "$<"' | $(CC) $(CFLAGS_ALL) -MMD -MP -MF $(@:.ok=.d) -MT $@ -fsyntax-only -x c - \
		&& touch $@ || { echo 'not ok header $< compiles alone'; exit 1; }

# Everything once more under AddressSanitizer and UndefinedBehaviorSanitizer, by clang.
ASAN_MAKE = $(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/asan OPT='-O1 -g' HARDEN= HARDEN_LINK= SAN='$(SANITIZE)'
asan:
	@$(ASAN_MAKE) asan-build
	@ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 $(ASAN_MAKE) -k unit headless fuzz-replay

print-sanitize:
	@echo '$(SANITIZE)'

asan-build: $(BUILD)/rouse $(BUILD)/rouse-services $(UNIT_BIN) $(REPLAY_BIN)

clang-build:
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang build-all

build-all: $(BUILD)/rouse $(UNIT_BIN) $(REPLAY_BIN) $(BENCH_BIN)

# -- fuzzing: libFuzzer from clang; the seed corpus of a target is tests/fuzz/corpus/NAME --

$(BUILD)/fuzz/%: tests/fuzz/%.c $$(call libs_of,tests/fuzz/$$*.c) $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -fsanitize=fuzzer -Wno-missing-prototypes -o $@ $< $(filter %.a,$^) $(LIBS)

$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $$(call libs_of,tests/fuzz/$$*.c) $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -Wno-missing-prototypes -pie -o $@ tests/fuzz/replay.c $< $(filter %.a,$^) $(LIBS)

fuzz-bins: $(FUZZ_BIN)

fuzz:
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzzing OPT='-O1 -g' HARDEN= HARDEN_LINK= \
		SAN='$(SANITIZE) -fsanitize=fuzzer-no-link' fuzz-bins
	@FUZZ_SECONDS=$(FUZZ_SECONDS) sh tests/fuzz/run.sh $(BUILD)/fuzzing $(FUZZ:tests/fuzz/%.c=%)

fuzz-replay: $(REPLAY_BIN)
	@sh tests/fuzz/replay.sh $(sort $^)

test: setup-test
	@MAKE='$(MAKE)' BUILD='$(BUILD)' sh tests/run.sh

# -- figures --

$(BUILD)/bench/%: tests/bench/%.c $$(call libs_of,tests/bench/$$*.c) $(BUILD)/flags
	@mkdir -p $(@D)
	$(SAY) CC $@
	$(Q)$(COMPILE) -MF $@.d -MT $@ -pie -o $@ $< $(filter %.a,$^) $(LIBS) -lutil

bench: $(BUILD)/rouse $(BENCH_BIN)
	@BUILD=$(BUILD) ROUSE=$(BUILD)/rouse ROUNDS=$(ROUNDS) sh tests/bench/run.sh

cover:
	@rm -rf $(BUILD)/cover
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/cover OPT='-O0 -g' HARDEN= SAN=--coverage cover-run
	@sh tests/cover.sh $(BUILD)/cover

cover-run: $(BUILD)/rouse $(UNIT_BIN) $(REPLAY_BIN)
	@$(MAKE) -k --no-print-directory BUILD=$(BUILD) OPT='-O0 -g' HARDEN= SAN=--coverage unit headless fuzz-replay e2e >/dev/null

tidy:
	@clang-tidy --quiet $(CORE) $(TUI) $(MAIN) -- $(STD) $(PKG_CFLAGS)

screenshots: rouse
	@sh screenshots/make.sh

# -- set-up and installation --

setup:
	@sh tests/setup.sh build

setup-test:
	@sh tests/setup.sh test

demo: setup
	@$(MAKE) --no-print-directory rouse
	@./rouse demo

$(BUILD)/rouse.1: $(BUILD)/rouse
	$< --man > $@.new && mv -f $@.new $@

install: $(BUILD)/rouse $(BUILD)/rouse.1
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/rouse/keymaps \
		$(DESTDIR)$(PREFIX)/share/doc/rouse $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d
	install -m 755 $(BUILD)/rouse $(DESTDIR)$(PREFIX)/bin/rouse
	install -m 644 $(BUILD)/rouse.1 $(DESTDIR)$(PREFIX)/share/man/man1/rouse.1
	install -m 644 keymaps/*.keys $(DESTDIR)$(PREFIX)/share/rouse/keymaps/
	install -m 644 $(wildcard LICENSE README.md) $(DESTDIR)$(PREFIX)/share/doc/rouse/
	sed 's|@PREFIX@|$(PREFIX)|' core/headless/rouse.service > $(BUILD)/rouse.service
	install -m 644 $(BUILD)/rouse.service core/headless/rouse.timer $(DESTDIR)$(PREFIX)/lib/systemd/system/
	install -m 644 core/headless/rouse.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/rouse.conf

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/rouse $(DESTDIR)$(PREFIX)/share/man/man1/rouse.1
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/rouse.service $(DESTDIR)$(PREFIX)/lib/systemd/system/rouse.timer
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/rouse.conf
	rm -rf $(DESTDIR)$(PREFIX)/share/rouse $(DESTDIR)$(PREFIX)/share/doc/rouse

clean:
	rm -rf $(BUILD) rouse rouse.new

FORCE:
.PHONY: stand-ins contract rt tickets-openapi cards services tenant all help unit headless oracle where e2e lint hdr-check asan asan-build print-sanitize clang-build build-all fuzz-bins fuzz fuzz-replay test bench \
	cover cover-run tidy screenshots setup setup-test demo install uninstall clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

-include $(sort $(SERVICES_O:.o=.d) $(TENANT_O:.o=.d))
-include $(CORE_O:.o=.d) $(TUI_O:.o=.d) $(MAIN_O:.o=.d) $(UNIT_BIN:=.d) $(REPLAY_BIN:=.d) $(BENCH_BIN:=.d) $(FUZZ_BIN:=.d)
-include $(HEADERS:%=$(BUILD)/hdr/%.d)
