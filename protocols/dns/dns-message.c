/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

#include <string.h>

/* A pointer for each label of the longest name: who writes one pointer to another needs more,
 * to no use. */
#define NAME_POINTERS_MAX (DNS_NAME_BYTES_MAX / 2)

/* Encoding */

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
      g_byte_array_append (self->bytes, g_bytes_get_data (record->data, NULL),
                           (guint) g_bytes_get_size (record->data));
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

/* Appends entries while they fit, counting them at @count_at in the header. */
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
          *is_truncated = TRUE;
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

/* Decoding */

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

static gboolean
read_soa (Decoder *self, DnsRecord *record)
{
  return read_name (self, &record->target) && read_name (self, &record->mailbox) &&
         read_32 (self, &record->serial) && read_32 (self, &record->refresh) &&
         read_32 (self, &record->retry) && read_32 (self, &record->expire) &&
         read_32 (self, &record->minimum);
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

/* Making */

void
dns_message_add_question (DnsMessage *self, const char *name, guint16 type)
{
  DnsQuestion question = { g_strdup (name), type, DNS_CLASS_IN };

  g_array_append_val (self->questions, question);
}

DnsRecord *
dns_message_add_record (GArray *section, const char *name, guint16 type, guint32 ttl)
{
  DnsRecord record = { .name = g_strdup (name), .type = type, .klass = DNS_CLASS_IN, .ttl = ttl };

  g_array_append_val (section, record);
  return &g_array_index (section, DnsRecord, section->len - 1);
}

void
dns_message_add_copy (GArray *section, const DnsRecord *record)
{
  DnsRecord copy = *record;

  copy.name = g_strdup (record->name);
  copy.target = g_strdup (record->target);
  copy.mailbox = g_strdup (record->mailbox);
  copy.data = record->data != NULL ? g_bytes_ref (record->data) : NULL;
  g_array_append_val (section, copy);
}

DnsMessage *
dns_message_new_query (guint16 id, const char *name, guint16 type)
{
  DnsMessage *self = dns_message_new ();

  self->id = id;
  self->recursion_desired = TRUE;
  dns_message_add_question (self, name, type);
  return self;
}

DnsMessage *
dns_message_new_answer (const DnsMessage *query, DnsRcode rcode)
{
  DnsMessage *self = dns_message_new ();

  self->id = query->id;
  self->is_response = TRUE;
  self->opcode = query->opcode;
  self->recursion_desired = query->recursion_desired;
  self->rcode = (guint8) rcode;
  for (guint i = 0; i < query->questions->len; i++)
    {
      const DnsQuestion *question = &g_array_index (query->questions, DnsQuestion, i);

      dns_message_add_question (self, question->name, question->type);
      g_array_index (self->questions, DnsQuestion, i).klass = question->klass;
    }
  return self;
}

static void
clear_question (gpointer data)
{
  g_free (((DnsQuestion *) data)->name);
}

static void
clear_record (gpointer data)
{
  DnsRecord *record = data;

  g_free (record->name);
  g_free (record->target);
  g_free (record->mailbox);
  g_clear_pointer (&record->data, g_bytes_unref);
}

static GArray *
new_section (void)
{
  GArray *section = g_array_new (FALSE, TRUE, sizeof (DnsRecord));

  g_array_set_clear_func (section, clear_record);
  return section;
}

DnsMessage *
dns_message_new (void)
{
  DnsMessage *self = g_new0 (DnsMessage, 1);

  self->questions = g_array_new (FALSE, TRUE, sizeof (DnsQuestion));
  g_array_set_clear_func (self->questions, clear_question);
  self->answers = new_section ();
  self->authorities = new_section ();
  self->additionals = new_section ();
  return self;
}

void
dns_message_free (DnsMessage *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->questions);
  g_array_unref (self->answers);
  g_array_unref (self->authorities);
  g_array_unref (self->additionals);
  g_free (self);
}
