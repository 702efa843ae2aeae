/* export_draft.c - the hosts of a ticket as CSV, for its attachment. Declared in core/model/draft.h; here, as cells of CSV are written here. */
#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/io/csv.h"
#include "core/model/draft.h"

static const char head[] =
	"DeviceName,Owner,OwnerState,OwnerContact,Verdict,AvMode,OtherAv,Change,AvSignatureUpdateTime,LastSeen,MachineGroup,OSPlatform,Note,"
	"PortalUrl,DeviceId\n";

static void cell(struct strbuf *out, struct slice text, char end)
{
	csv_cell(out, text, false);
	strbuf_addc(out, end);
}

static void time_cell(struct strbuf *out, int64_t time)
{
	time_format(out, time);   /* nothing when there is none */
	strbuf_addc(out, ',');
}

static void id_cell(struct strbuf *out, struct slice packed)
{
	char hex[64];

	if (2 * packed.len <= sizeof hex)
		cell(out, (struct slice){ hex, id_unpack(hex, packed) }, '\n');
	else   /* longer than any hex id: the text itself, after one byte */
		cell(out, (struct slice){ packed.text + 1, packed.len - 1 }, '\n');
}

void draft_csv(const struct draft *draft, struct strbuf *out)
{
	strbuf_adds(out, head);
	for (uint32_t i = 0; i < draft->host_count; i++) {
		const struct draft_host *host = &draft->hosts[i];
		const struct draft_team *team = &draft->teams[host->team];

		cell(out, slice_of(host->name), ',');
		cell(out, slice_of(team->name), ',');
		cell(out, slice_of(owner_state_names[team->state]), ',');
		cell(out, slice_of(team->contact), ',');
		cell(out, slice_of(verdicts[host->verdict].name), ',');
		cell(out, slice_of(host->mode), ',');
		cell(out, slice_of(*host->other_av ? host->other_av : host->flags & FLAG_NO_OTHER_AV ? "none found" : ""), ',');
		cell(out, slice_of(change_names[host->change]), ',');
		time_cell(out, host->signature_time);
		time_cell(out, host->last_seen);
		cell(out, slice_of(host->group), ',');
		cell(out, slice_of(host->platform), ',');
		cell(out, slice_of(host->note), ',');
		cell(out, slice_of(host->url), ',');
		id_cell(out, host->device);
	}
}
