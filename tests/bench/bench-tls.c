/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handshakes and bytes of client and server together, for each second of processor time. */
#include <stdio.h>
#include <support/tls-pair.h>
#include <time.h>


#define SECONDS 1.0
#define BLOCK_BYTES (1 << 20)
#define CHUNK_BYTES 1460

static double
get_seconds (void)
{
  return (double) clock () / CLOCKS_PER_SEC;
}

static void
bench_handshakes (PairWorld *world, const char *label)
{
  double start = get_seconds ();
  guint  n_done = 0;

  while (get_seconds () - start < SECONDS)
    {
      g_autoptr (Pair) pair = pair_new (world, "mx.example", ++n_done);

      pair_move (pair, CHUNK_BYTES);
      g_assert_true (tls_session_is_secured (pair->client));
      g_assert_true (tls_session_is_secured (pair->server));
    }
  printf ("TLS handshakes, both ends, %-12s %10.0f a second\n", label,
          n_done / (get_seconds () - start));
}

static void
bench_bytes (PairWorld *world)
{
  g_autoptr (Pair) pair = pair_new (world, "mx.example", 1);
  g_autofree char *block = g_strnfill (BLOCK_BYTES, 'x');
  double           start;
  gsize            n_bytes = 0;

  pair_move (pair, CHUNK_BYTES);
  start = get_seconds ();
  while (get_seconds () - start < SECONDS)
    {
      pair_send (pair->client, block);
      pair_move (pair, CHUNK_BYTES);
      g_string_truncate (pair->server_heard, 0);
      g_byte_array_set_size (pair->to_server, 0);
      n_bytes += BLOCK_BYTES;
    }
  printf ("TLS data, both ends                  %10.0f MB a second\n",
          (double) n_bytes / 1e6 / (get_seconds () - start));
}

int
main (int argc, char **argv)
{
  g_autoptr (PairWorld) world = pair_world_new (TRUE);
  g_autoptr (PairWorld) real = pair_world_new (FALSE);
  double     start = get_seconds ();
  PairWorld *another = pair_world_new (TRUE);

  printf ("TLS world: library, authority, host  %10.1f ms\n", 1000 * (get_seconds () - start));
  pair_world_free (another);
  bench_handshakes (world, "1.3, seeded");
  bench_bytes (world);
  pair_world_set_version (world, TLS_VERSION_1_2);
  bench_handshakes (world, "1.2, seeded");
  bench_handshakes (real, "1.3, real");
  return 0;
}
