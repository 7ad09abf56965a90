/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

#include <string.h>

/* A pointer for each label of the longest name: who writes one pointer to another needs more,
 * to no use. */
#define NAME_POINTERS_MAX (DNS_NAME_BYTES_MAX / 2)

typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         pos;
  const char   *reason; /* NULL while all is well */
} Decoder;

static gboolean
refuse (Decoder *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  return FALSE;
}

static gboolean
read_16 (Decoder *self, guint16 *out_value)
{
  if (self->length - self->pos < 2)
    return refuse (self, "the message is cut off");
  *out_value = (guint16) (self->data[self->pos] << 8 | self->data[self->pos + 1]);
  self->pos += 2;
  return TRUE;
}

static gboolean
read_32 (Decoder *self, guint32 *out_value)
{
  guint16 high, low;

  if (!read_16 (self, &high) || !read_16 (self, &low))
    return FALSE;
  *out_value = (guint32) high << 16 | low;
  return TRUE;
}

/* Reads a name. Each pointer must point before where the part it ends began,
 * so every name ends after finitely many; a message full of pointers to pointers
 * must not take time that grows with its square. */
static gboolean
read_name (Decoder *self, char **out_name)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gsize at = self->pos;
  gsize limit = self->pos; /* a pointer must point before it */
  gsize end = 0;           /* after the first pointer; 0: none yet */
  gsize n_bytes = 1;
  guint n_pointers = 0;

  for (;;)
    {
      guint8 label_length;

      if (at >= self->length)
        return refuse (self, "a name is cut off");
      label_length = self->data[at];
      if (label_length >= 0xC0)
        {
          gsize target;

          if (at + 1 >= self->length)
            return refuse (self, "a name is cut off");
          target = (gsize) (label_length & 0x3F) << 8 | self->data[at + 1];
          if (target >= limit)
            return refuse (self, "a compression pointer does not point back");
          if (++n_pointers > NAME_POINTERS_MAX)
            return refuse (self, "a name has more pointers than a name can have labels");
          if (end == 0)
            end = at + 2;
          at = limit = target;
          continue;
        }
      if (label_length > DNS_LABEL_BYTES_MAX)
        return refuse (self, "a label has a reserved type");
      at++;
      if (label_length == 0)
        break;
      n_bytes += label_length + 1u;
      if (n_bytes > DNS_NAME_BYTES_MAX)
        return refuse (self, "a name is longer than 255 octets");
      if (label_length > self->length - at)
        return refuse (self, "a name is cut off");
      dns_name_append_label (name, self->data + at, label_length);
      at += label_length;
    }
  self->pos = end != 0 ? end : at;
  *out_name = g_strdup (name->str);
  return TRUE;
}

/* Whether the character-strings of a TXT record fill its data exactly. */
static gboolean
are_character_strings (const guint8 *data, gsize length)
{
  gsize at = 0;

  while (at < length)
    at += data[at] + 1u;
  return at == length && length > 0;
}

/* Whether the options of an OPT record, each after its code and length, fill its data exactly
 * (RFC 6891 section 6.1.2). */
static gboolean
are_options (const guint8 *data, gsize length)
{
  gsize at = 0;

  while (length - at >= 4)
    {
      gsize n_bytes = (gsize) data[at + 2] << 8 | data[at + 3];

      if (n_bytes > length - at - 4)
        return FALSE;
      at += 4 + n_bytes;
    }
  return at == length;
}

static gboolean
read_soa (Decoder *self, DnsRecord *record)
{
  return read_name (self, &record->target) && read_name (self, &record->mailbox) &&
         read_32 (self, &record->serial) && read_32 (self, &record->refresh) &&
         read_32 (self, &record->retry) && read_32 (self, &record->expire) &&
         read_32 (self, &record->minimum);
}

/* A certificate may be associated by no bytes at all, as far as the form goes. */
static gboolean
read_tlsa (Decoder *self, DnsRecord *record, gsize length)
{
  const guint8 *data = self->data + self->pos;

  if (length < 3)
    return refuse (self, "a TLSA record is shorter than its three numbers");
  record->usage = data[0];
  record->selector = data[1];
  record->matching = data[2];
  record->data = g_bytes_new (data + 3, length - 3);
  self->pos += length;
  return TRUE;
}

static gboolean
read_record_data (Decoder *self, DnsRecord *record, guint16 length)
{
  gsize end = self->pos + length;
  gsize address_length = record->type == DNS_TYPE_A ? 4 : 16;

  switch (record->type)
    {
    case DNS_TYPE_A:
    case DNS_TYPE_AAAA:
      if (length != address_length)
        return refuse (self, "an address has the wrong length");
      memcpy (record->address, self->data + self->pos, length);
      self->pos = end;
      return TRUE;
    case DNS_TYPE_MX:
      if (!read_16 (self, &record->preference))
        return FALSE;
      G_GNUC_FALLTHROUGH;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      if (!read_name (self, &record->target))
        return FALSE;
      break;
    case DNS_TYPE_SOA:
      if (!read_soa (self, record))
        return FALSE;
      break;
    case DNS_TYPE_SRV:
      if (!read_16 (self, &record->preference) || !read_16 (self, &record->weight) ||
          !read_16 (self, &record->port) || !read_name (self, &record->target))
        return FALSE;
      break;
    case DNS_TYPE_TLSA:
      return read_tlsa (self, record, length);
    case DNS_TYPE_OPT:
      if (!are_options (self->data + self->pos, length))
        return refuse (self, "an OPT record's options do not fill it");
      record->data = g_bytes_new (self->data + self->pos, length);
      self->pos = end;
      return TRUE;
    case DNS_TYPE_TXT:
      if (!are_character_strings (self->data + self->pos, length))
        return refuse (self, "a TXT record's strings do not fill it");
      G_GNUC_FALLTHROUGH;
    default:
      record->data = g_bytes_new (self->data + self->pos, length);
      self->pos = end;
    }
  return self->pos == end || refuse (self, "a record's data does not fill it");
}

static gboolean
read_record (Decoder *self, GArray *section)
{
  DnsRecord record = { 0 };
  guint16   length = 0;

  if (!read_name (self, &record.name))
    return FALSE;
  /* From here on the section owns what the record holds. */
  g_array_append_val (section, record);
  DnsRecord *stored = &g_array_index (section, DnsRecord, section->len - 1);

  if (!read_16 (self, &stored->type) || !read_16 (self, &stored->klass) ||
      !read_32 (self, &stored->ttl) || !read_16 (self, &length))
    return FALSE;
  if (length > self->length - self->pos)
    return refuse (self, "a record's data is cut off");
  return read_record_data (self, stored, length);
}

static gboolean
read_section (Decoder *self, GArray *section, guint16 n_records)
{
  for (guint i = 0; i < n_records; i++)
    if (!read_record (self, section))
      return FALSE;
  return TRUE;
}

static gboolean
read_questions (Decoder *self, GArray *questions, guint16 n_questions)
{
  for (guint i = 0; i < n_questions; i++)
    {
      DnsQuestion question = { 0 };

      if (!read_name (self, &question.name))
        return FALSE;
      g_array_append_val (questions, question);
      DnsQuestion *stored = &g_array_index (questions, DnsQuestion, questions->len - 1);

      if (!read_16 (self, &stored->type) || !read_16 (self, &stored->klass))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_message (Decoder *self, DnsMessage *message)
{
  guint16 flags, counts[4];

  if (!read_16 (self, &message->id) || !read_16 (self, &flags))
    return FALSE;
  message->is_response = flags >> 15;
  message->opcode = flags >> 11 & 0x0F;
  message->is_authoritative = flags >> 10 & 1;
  message->is_truncated = flags >> 9 & 1;
  message->recursion_desired = flags >> 8 & 1;
  message->recursion_available = flags >> 7 & 1;
  message->rcode = flags & 0x0F;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    if (!read_16 (self, &counts[i]))
      return FALSE;
  return read_questions (self, message->questions, counts[0]) &&
         read_section (self, message->answers, counts[1]) &&
         read_section (self, message->authorities, counts[2]) &&
         read_section (self, message->additionals, counts[3]) &&
         (self->pos == self->length || refuse (self, "bytes follow the last record"));
}

DnsMessage *
dns_message_decode (const guint8 *data, gsize length, const char **out_reason)
{
  g_autoptr (DnsMessage) message = dns_message_new ();
  Decoder decoder = { data, length, 0, NULL };

  if (!read_message (&decoder, message))
    {
      if (out_reason != NULL)
        *out_reason = decoder.reason;
      return NULL;
    }
  return g_steal_pointer (&message);
}
