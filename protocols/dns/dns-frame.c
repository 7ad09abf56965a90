/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-frame.h"

GBytes *
dns_frame_new (GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  guint8        prefix[DNS_FRAME_LENGTH_BYTES] = { (guint8) (length >> 8), (guint8) length };
  GByteArray   *bytes = g_byte_array_sized_new ((guint) length + sizeof prefix);

  g_assert (length <= DNS_MESSAGE_BYTES_MAX);
  g_byte_array_append (bytes, prefix, sizeof prefix);
  g_byte_array_append (bytes, data, (guint) length);
  return g_byte_array_free_to_bytes (bytes);
}

void
dns_framer_init (DnsFramer *self)
{
  self->bytes = g_byte_array_new ();
}

void
dns_framer_clear (DnsFramer *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

void
dns_framer_receive (DnsFramer *self, const guint8 *data, gsize length)
{
  g_byte_array_append (self->bytes, data, (guint) length);
}

GBytes *
dns_framer_take (DnsFramer *self)
{
  gsize   length;
  GBytes *message;

  if (self->bytes->len < DNS_FRAME_LENGTH_BYTES)
    return NULL;
  length = (gsize) self->bytes->data[0] << 8 | self->bytes->data[1];
  if (self->bytes->len < DNS_FRAME_LENGTH_BYTES + length)
    return NULL;
  message = g_bytes_new (self->bytes->data + DNS_FRAME_LENGTH_BYTES, length);
  g_byte_array_remove_range (self->bytes, 0, (guint) (DNS_FRAME_LENGTH_BYTES + length));
  return message;
}
