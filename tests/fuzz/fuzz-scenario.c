/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-scenario.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* "input:LINE: ...", of a line that the text has. */
static void
check_message (const char *message, const uint8_t *data, size_t size)
{
  guint64 line = 0;
  guint64 n_lines = 1;
  char   *end = NULL;

  for (size_t i = 0; i < size; i++)
    n_lines += data[i] == '\n';
  g_assert_true (g_str_has_prefix (message, "input:"));
  line = g_ascii_strtoull (message + 6, &end, 10);
  g_assert_true (line >= 1 && line <= n_lines);
  g_assert_true (g_str_has_prefix (end, ": "));
  g_assert_true (g_utf8_validate (message, -1, NULL));
}

/* What a world is built from without asking again. */
static void
check_scenario (const SimScenario *scenario)
{
  guint n_hosts = scenario->hosts->len;

  g_assert_true (scenario->title != NULL && n_hosts > 0);
  for (guint i = 0; i < n_hosts; i++)
    {
      const SimScenarioHost *host = sim_scenario_get_host (scenario, i);

      g_assert_true (sim_scenario_find_host (scenario, host->name) == i);
      g_assert_true (host->resolver == SIM_SCENARIO_NONE || host->resolver < n_hosts);
    }
  for (guint i = 0; i < scenario->links->len; i++)
    {
      const SimScenarioLink *link = &g_array_index (scenario->links, SimScenarioLink, i);

      g_assert_true (link->hosts[0] < n_hosts && link->hosts[1] < n_hosts);
      g_assert_true (link->latency_us >= 0 && link->bandwidth_kbps > 0 && link->mtu >= 576);
    }
  for (guint i = 0; i < scenario->zones->len; i++)
    g_assert_true (g_array_index (scenario->zones, SimScenarioZone, i).server < n_hosts);
  for (guint i = 0; i < scenario->actions->len; i++)
    {
      const SimScenarioAction *action = &g_array_index (scenario->actions, SimScenarioAction, i);

      g_assert_true (action->host < n_hosts && action->at_us >= 0);
      if (action->kind == SIM_ACTION_SEND)
        g_assert_true (action->via < n_hosts && action->to[0] != NULL && action->from != NULL);
      else
        g_assert_true (action->server < n_hosts && action->user != NULL);
    }
}

/* Either a whole scenario or a clear refusal with a line number. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SimScenario) scenario =
      sim_scenario_parse ("input", (const char *) data, size, &error);

  g_assert_true ((scenario == NULL) == (error != NULL));
  if (scenario == NULL)
    check_message (error->message, data, size);
  else
    check_scenario (scenario);
  return 0;
}
