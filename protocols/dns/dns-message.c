/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-message.h"

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

const DnsRecord *
dns_message_get_options (const DnsMessage *self)
{
  for (guint i = 0; i < self->additionals->len; i++)
    if (dns_message_get_record (self->additionals, i)->type == DNS_TYPE_OPT)
      return dns_message_get_record (self->additionals, i);
  return NULL;
}

void
dns_message_add_options (DnsMessage *self, guint16 udp_bytes_max, guint8 extended_rcode)
{
  DnsRecord record = { .name = g_strdup (""),
                       .type = DNS_TYPE_OPT,
                       .klass = udp_bytes_max,
                       .ttl = (guint32) extended_rcode << 24,
                       .data = g_bytes_new (NULL, 0) };

  g_array_prepend_val (self->additionals, record);
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

static void
copy_section (GArray *to, const GArray *from)
{
  for (guint i = 0; i < from->len; i++)
    dns_message_add_copy (to, dns_message_get_record (from, i));
}

DnsMessage *
dns_message_copy (const DnsMessage *self)
{
  DnsMessage *copy = dns_message_new_answer (self, (DnsRcode) self->rcode);

  copy->is_response = self->is_response;
  copy->is_authoritative = self->is_authoritative;
  copy->is_truncated = self->is_truncated;
  copy->recursion_available = self->recursion_available;
  copy_section (copy->answers, self->answers);
  copy_section (copy->authorities, self->authorities);
  copy_section (copy->additionals, self->additionals);
  return copy;
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
