/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

/* Where the header counts each section (RFC 1035 section 4.1.1). */
enum
{
  COUNT_OF_QUESTIONS = 4,
  COUNT_OF_ANSWERS = 6,
  COUNT_OF_AUTHORITIES = 8,
  COUNT_OF_ADDITIONALS = 10,
};

/* The message so far, and where names in it begin, for pointers to them. */
typedef struct
{
  GByteArray *bytes;
  GHashTable *offsets; /* name in lower case, in text -> offset; looked up only */
} Encoder;

static void
write_16 (guint8 *data, guint16 value)
{
  data[0] = (guint8) (value >> 8);
  data[1] = (guint8) value;
}

static void
append_16 (GByteArray *bytes, guint16 value)
{
  guint8 octets[2];

  write_16 (octets, value);
  g_byte_array_append (bytes, octets, 2);
}

static void
append_32 (GByteArray *bytes, guint32 value)
{
  append_16 (bytes, (guint16) (value >> 16));
  append_16 (bytes, (guint16) value);
}

/* Writes labels until a suffix has been written before, then a pointer to it. */
static gboolean
append_name (Encoder *self, const char *name)
{
  g_autoptr (GByteArray) wire = dns_name_to_wire (name);

  if (wire == NULL)
    return FALSE;
  for (gsize at = 0; wire->data[at] != 0; at += wire->data[at] + 1u)
    {
      /* The suffix in wire form, lower case, is the key: no two names share one. */
      g_autofree char *key = g_malloc (2 * (wire->len - at) + 1);
      gpointer         offset;

      for (gsize i = at; i < wire->len; i++)
        {
          key[2 * (i - at)] = (char) ('a' + (g_ascii_tolower ((char) wire->data[i]) >> 4 & 0x0F));
          key[2 * (i - at) + 1] = (char) ('a' + (g_ascii_tolower ((char) wire->data[i]) & 0x0F));
        }
      key[2 * (wire->len - at)] = '\0';
      if (g_hash_table_lookup_extended (self->offsets, key, NULL, &offset))
        {
          append_16 (self->bytes, (guint16) (0xC000 | GPOINTER_TO_UINT (offset)));
          return TRUE;
        }
      if (self->bytes->len < 0x4000)
        g_hash_table_insert (self->offsets, g_steal_pointer (&key),
                             GUINT_TO_POINTER (self->bytes->len));
      g_byte_array_append (self->bytes, wire->data + at, wire->data[at] + 1u);
    }
  g_byte_array_append (self->bytes, (const guint8 *) "", 1);
  return TRUE;
}

/* RFC 2782: "name compression is not to be used for this field". */
static gboolean
append_plain_name (Encoder *self, const char *name)
{
  g_autoptr (GByteArray) wire = dns_name_to_wire (name);

  if (wire != NULL)
    g_byte_array_append (self->bytes, wire->data, wire->len);
  return wire != NULL;
}

static void
append_bytes (GByteArray *bytes, GBytes *data)
{
  gsize         length;
  const guint8 *start = g_bytes_get_data (data, &length);

  g_byte_array_append (bytes, start, (guint) length);
}

static gboolean
append_record_data (Encoder *self, const DnsRecord *record)
{
  switch (record->type)
    {
    case DNS_TYPE_A:
      g_byte_array_append (self->bytes, record->address, 4);
      return TRUE;
    case DNS_TYPE_AAAA:
      g_byte_array_append (self->bytes, record->address, 16);
      return TRUE;
    case DNS_TYPE_MX:
      append_16 (self->bytes, record->preference);
      return append_name (self, record->target);
    case DNS_TYPE_SRV:
      append_16 (self->bytes, record->preference);
      append_16 (self->bytes, record->weight);
      append_16 (self->bytes, record->port);
      return append_plain_name (self, record->target);
    case DNS_TYPE_TLSA:
      g_byte_array_append (self->bytes, &record->usage, 1);
      g_byte_array_append (self->bytes, &record->selector, 1);
      g_byte_array_append (self->bytes, &record->matching, 1);
      append_bytes (self->bytes, record->data);
      return TRUE;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      return append_name (self, record->target);
    case DNS_TYPE_SOA:
      if (!append_name (self, record->target) || !append_name (self, record->mailbox))
        return FALSE;
      append_32 (self->bytes, record->serial);
      append_32 (self->bytes, record->refresh);
      append_32 (self->bytes, record->retry);
      append_32 (self->bytes, record->expire);
      append_32 (self->bytes, record->minimum);
      return TRUE;
    default:
      append_bytes (self->bytes, record->data);
      return TRUE;
    }
}

static gboolean
append_record (Encoder *self, const DnsRecord *record)
{
  guint length_at, length;

  if (!append_name (self, record->name))
    return FALSE;
  append_16 (self->bytes, record->type);
  append_16 (self->bytes, record->klass);
  append_32 (self->bytes, record->ttl);
  length_at = self->bytes->len;
  append_16 (self->bytes, 0);
  if (!append_record_data (self, record))
    return FALSE;
  length = self->bytes->len - length_at - 2;
  if (length > G_MAXUINT16)
    return FALSE;
  write_16 (self->bytes->data + length_at, (guint16) length);
  return TRUE;
}

static gboolean
append_question (Encoder *self, const DnsQuestion *question)
{
  if (!append_name (self, question->name))
    return FALSE;
  append_16 (self->bytes, question->type);
  append_16 (self->bytes, question->klass);
  return TRUE;
}

/* Which section it is shows from where its count is in the header. */
static gboolean
append_entry (Encoder *self, const GArray *section, guint i, guint count_at)
{
  return count_at == COUNT_OF_QUESTIONS
             ? append_question (self, &g_array_index (section, DnsQuestion, i))
             : append_record (self, dns_message_get_record (section, i));
}

/* Appends entries while they fit, counting them at @count_at in the header. Additional records
 * are just left out (RFC 2181 section 9). */
static gboolean
append_section (Encoder      *self,
                const GArray *section,
                guint         count_at,
                gsize         bytes_max,
                gboolean     *is_truncated)
{
  for (guint i = 0; i < section->len && !*is_truncated; i++)
    {
      guint before = self->bytes->len;

      if (!append_entry (self, section, i, count_at))
        return FALSE;
      if (self->bytes->len > bytes_max)
        {
          g_byte_array_set_size (self->bytes, before);
          *is_truncated = count_at != COUNT_OF_ADDITIONALS;
          break;
        }
      write_16 (self->bytes->data + count_at, (guint16) (i + 1));
    }
  return TRUE;
}

static void
append_header (GByteArray *bytes, const DnsMessage *message)
{
  append_16 (bytes, message->id);
  append_16 (bytes, (guint16) (message->is_response << 15 | (message->opcode & 0x0F) << 11 |
                               message->is_authoritative << 10 | message->is_truncated << 9 |
                               message->recursion_desired << 8 |
                               message->recursion_available << 7 | (message->rcode & 0x0F)));
  append_32 (bytes, 0);
  append_32 (bytes, 0);
}

GBytes *
dns_message_encode (const DnsMessage *self, gsize bytes_max)
{
  Encoder  encoder;
  gboolean is_truncated = FALSE;
  gboolean is_good;

  g_return_val_if_fail (bytes_max <= DNS_MESSAGE_BYTES_MAX, NULL);
  encoder.bytes = g_byte_array_new ();
  encoder.offsets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  append_header (encoder.bytes, self);
  is_good =
      append_section (&encoder, self->questions, COUNT_OF_QUESTIONS, bytes_max, &is_truncated) &&
      append_section (&encoder, self->answers, COUNT_OF_ANSWERS, bytes_max, &is_truncated) &&
      append_section (&encoder, self->authorities, COUNT_OF_AUTHORITIES, bytes_max,
                      &is_truncated) &&
      append_section (&encoder, self->additionals, COUNT_OF_ADDITIONALS, bytes_max,
                      &is_truncated);
  if (is_truncated)
    encoder.bytes->data[2] |= 0x02;
  g_hash_table_unref (encoder.offsets);
  if (!is_good)
    {
      g_byte_array_unref (encoder.bytes);
      return NULL;
    }
  return g_byte_array_free_to_bytes (encoder.bytes);
}
