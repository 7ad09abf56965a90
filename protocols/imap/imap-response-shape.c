/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-response-shape.h"

#include <string.h>

/* Names, marks and numbers */

WIRE_ELEMENT (offered_capability, "Capability", 9051, "7.2.2");
WIRE_ELEMENT (enabled_capability, "Capability that is enabled now", 9051, "7.2.1");
WIRE_ELEMENT (told_flags, "Flags", 9051, "7.3.5");
WIRE_ELEMENT (told_flag, "Flag", 9051, "2.3.2");
WIRE_ELEMENT (told_mailbox, "Name of a mailbox", 9051, "5.1");
WIRE_ELEMENT (told_delimiter, "Delimiter between levels of a name", 9051, "7.3.1");
WIRE_ELEMENT (told_number, "Message", 9051, "2.3.1");
WIRE_ELEMENT (told_set, "Set of messages", 9051, "9");
WIRE_ELEMENT (told_modseq, "Modification sequence", 7162, "7");
WIRE_ELEMENT (told_count, "Number", 9051, "9");
WIRE_ELEMENT (told_id, "Identifier", 8474, "7");

/* Mailboxes */

WIRE_ELEMENT (list_attributes, "Attributes of a mailbox", 9051, "7.3.1");
WIRE_ELEMENT (list_attribute, "Attribute", 9051, "7.3.1");
WIRE_ELEMENT (list_extended, "Extended data of a mailbox", 9051, "7.3.1");
WIRE_ELEMENT (list_extended_name, "Name of extended data", 9051, "7.3.1");
WIRE_ELEMENT (list_extended_value, "Extended data", 9051, "7.3.1");
WIRE_ELEMENT (namespaces, "Namespaces of one kind", 9051, "7.3.2");
WIRE_ELEMENT (namespace_entry, "Namespace", 9051, "6.3.10");
WIRE_ELEMENT (namespace_prefix, "Prefix of names in a namespace", 9051, "6.3.10");
WIRE_ELEMENT (namespace_extension, "Extension of a namespace", 9051, "9");
WIRE_ELEMENT (status_data, "Facts of a mailbox", 9051, "7.3.3");
WIRE_ELEMENT (status_fact, "Name of a fact", 9051, "6.3.11");
WIRE_ELEMENT (status_number, "Fact", 9051, "6.3.11");

/* Searches */

WIRE_ELEMENT (found_modseq, "Highest modification sequence of what was found", 7162, "3.1.6");
WIRE_ELEMENT (search_correlator, "Which search this answers", 9051, "7.3.4");
WIRE_ELEMENT (search_tag, "Tag of the search", 9051, "7.3.4");
WIRE_ELEMENT (search_item, "Name of a result", 9051, "7.3.4");
WIRE_ELEMENT (search_result, "Result", 9051, "7.3.4");
WIRE_ELEMENT (thread_branch, "Thread", 5256, "4");
WIRE_ELEMENT (vanished_earlier, "It happened before", 7162, "3.2.10.1");

/* Quota, rights, metadata, ID */

WIRE_ELEMENT (told_root, "Quota root", 9208, "3.2");
WIRE_ELEMENT (quota_resources, "Resources", 9208, "4.2.1");
WIRE_ELEMENT (quota_resource, "Resource", 9208, "3.1.2");
WIRE_ELEMENT (quota_usage, "How much is in use", 9208, "4.2.1");
WIRE_ELEMENT (quota_limit, "How much there may be", 9208, "4.2.1");
WIRE_ELEMENT (acl_identifier, "Who the rights are given to", 4314, "3.6");
WIRE_ELEMENT (acl_rights, "Rights", 4314, "2.1");
WIRE_ELEMENT (metadata_values, "Annotations with their values", 5464, "4.4.1");
WIRE_ELEMENT (metadata_entry, "Name of an annotation", 5464, "3.2");
WIRE_ELEMENT (metadata_value, "Value of an annotation", 5464, "4.4.1");
WIRE_ELEMENT (server_id, "What the server says it is", 2971, "3.2");
WIRE_ELEMENT (server_id_field, "Name of a fact about the server", 2971, "3.3");
WIRE_ELEMENT (server_id_value, "Fact about the server", 2971, "3.3");

/* Response codes */

WIRE_ELEMENT (code_charset, "Charset that the server knows", 9051, "7.1");
WIRE_ELEMENT (code_uid_validity, "Which numbering of the mailbox this is", 9051, "2.3.1.1");
WIRE_ELEMENT (code_uid, "Unique identifier", 9051, "2.3.1.1");
WIRE_ELEMENT (code_uids, "Unique identifiers", 4315, "3");
WIRE_ELEMENT (code_argument, "Argument of a response code", 9051, "7.1");

/* FETCH */

WIRE_ELEMENT (fetch_data, "Facts of a message", 9051, "7.5.2");
WIRE_ELEMENT (fetch_item, "Name of a fact", 9051, "6.4.5");
WIRE_ELEMENT (fetch_value, "Fact", 9051, "7.5.2");
WIRE_ELEMENT (fetch_uid, "Unique identifier", 9051, "2.3.1.1");
WIRE_ELEMENT (fetch_size, "Size in octets", 9051, "2.3.4");
WIRE_ELEMENT (fetch_date, "When the message came here", 9051, "2.3.3");
WIRE_ELEMENT (fetch_message, "Message", 9051, "7.5.2");
WIRE_ELEMENT (fetch_header, "Header of the message, or of a part", 9051, "7.5.2");
WIRE_ELEMENT (fetch_text, "Text of the message, or of a part", 9051, "7.5.2");
WIRE_ELEMENT (fetch_binary, "Part, decoded", 9051, "6.4.5");
WIRE_ELEMENT (fetch_object_id, "Identifier that stays", 8474, "5");
WIRE_ELEMENT (fetch_preview, "First words of the message", 8970, "3.2");

/* The structure of a message */

WIRE_ELEMENT (envelope, "Envelope", 9051, "7.5.2");
WIRE_ELEMENT (envelope_date, "Date", 9051, "2.3.5");
WIRE_ELEMENT (envelope_subject, "Subject", 9051, "2.3.5");
WIRE_ELEMENT (envelope_from, "Authors", 9051, "7.5.2");
WIRE_ELEMENT (envelope_sender, "Sender", 9051, "7.5.2");
WIRE_ELEMENT (envelope_reply_to, "Where answers go", 9051, "7.5.2");
WIRE_ELEMENT (envelope_to, "Recipients", 9051, "7.5.2");
WIRE_ELEMENT (envelope_cc, "Recipients of copies", 9051, "7.5.2");
WIRE_ELEMENT (envelope_bcc, "Blind recipients", 9051, "7.5.2");
WIRE_ELEMENT (envelope_in_reply_to, "What it answers", 9051, "7.5.2");
WIRE_ELEMENT (envelope_message_id, "Message-ID", 9051, "7.5.2");
WIRE_ELEMENT (told_address, "Address", 9051, "7.5.2");
WIRE_ELEMENT (address_name, "Display name", 9051, "7.5.2");
WIRE_ELEMENT (address_route, "Source route", 9051, "7.5.2");
WIRE_ELEMENT (address_local, "Local part", 9051, "7.5.2");
WIRE_ELEMENT (address_host, "Domain", 9051, "7.5.2");
WIRE_ELEMENT (body, "Structure of a part", 9051, "7.5.2");
WIRE_ELEMENT (body_type, "Media type", 9051, "7.5.2");
WIRE_ELEMENT (body_subtype, "Media subtype", 9051, "7.5.2");
WIRE_ELEMENT (body_parameters, "Parameters", 9051, "7.5.2");
WIRE_ELEMENT (body_parameter, "Name of a parameter", 9051, "7.5.2");
WIRE_ELEMENT (body_parameter_value, "Value of a parameter", 9051, "7.5.2");
WIRE_ELEMENT (body_id, "Content-ID", 9051, "7.5.2");
WIRE_ELEMENT (body_description, "Description", 9051, "7.5.2");
WIRE_ELEMENT (body_encoding, "Transfer encoding", 9051, "7.5.2");
WIRE_ELEMENT (body_size, "Size in octets", 9051, "7.5.2");
WIRE_ELEMENT (body_lines, "Size in lines", 9051, "7.5.2");
WIRE_ELEMENT (body_md5, "MD5 of the part", 9051, "7.5.2");
WIRE_ELEMENT (body_disposition, "Disposition", 9051, "7.5.2");
WIRE_ELEMENT (body_disposition_type, "Kind of disposition", 9051, "7.5.2");
WIRE_ELEMENT (body_language, "Language", 9051, "7.5.2");
WIRE_ELEMENT (body_location, "Content-Location", 9051, "7.5.2");
WIRE_ELEMENT (body_extension, "Field of the future", 9051, "7.5.2");

/* A shape of one value. */
#define VALUE(id, element_) static const ImapShape id = { .element = &element_ }
#define NUMBER(id, element_)                                                                       \
  static const ImapShape id = { .element = &element_, .has_numbers = TRUE }

/* Shapes of fields, in turn; FIELDS: once. */
#define TURNS(id, ...) static const ImapShape *const id[] = { __VA_ARGS__, NULL }
#define ONCE(fields_) .fields = fields_, .repeat = G_N_ELEMENTS (fields_) - 1

VALUE (capability_shape, offered_capability);
VALUE (enabled_shape, enabled_capability);
VALUE (flag_shape, told_flag);
VALUE (mailbox_shape, told_mailbox);
VALUE (delimiter_shape, told_delimiter);
NUMBER (message_shape, told_number);
VALUE (set_shape, told_set);
NUMBER (count_shape, told_count);
VALUE (id_shape, told_id);

TURNS (capability_fields, &capability_shape);
TURNS (enabled_fields, &enabled_shape);
TURNS (flag_fields, &flag_shape);
static const ImapShape flags_shape = { .element = &told_flags, .fields = flag_fields };
TURNS (flags_fields, &flags_shape);

/* mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
 *                [SP mbox-list-extended] */
VALUE (attribute_shape, list_attribute);
TURNS (attribute_fields, &attribute_shape);
static const ImapShape attributes_shape = { .element = &list_attributes,
                                            .fields = attribute_fields };
VALUE (extended_name_shape, list_extended_name);
VALUE (extended_value_shape, list_extended_value);
static const ImapShapePair extended_pairs[] = { { NULL } };
static const ImapShape extended_shape = { .element = &list_extended,
                                          .kind = IMAP_SHAPE_PAIRS,
                                          .pairs = extended_pairs,
                                          .name = &extended_name_shape,
                                          .other = &extended_value_shape };
TURNS (list_fields, &attributes_shape, &delimiter_shape, &mailbox_shape, &extended_shape);

/* Namespace-Response = "NAMESPACE" SP Namespace SP Namespace SP Namespace */
VALUE (prefix_shape, namespace_prefix);
VALUE (namespace_extension_shape, namespace_extension);
TURNS (namespace_entry_fields, &prefix_shape, &delimiter_shape, &namespace_extension_shape);
static const ImapShape namespace_entry_shape = { .element = &namespace_entry,
                                                 .fields = namespace_entry_fields,
                                                 .repeat = 2 };
TURNS (namespace_fields, &namespace_entry_shape);
static const ImapShape namespace_shape = { .element = &namespaces, .fields = namespace_fields };
TURNS (namespaces_fields, &namespace_shape, &namespace_shape, &namespace_shape);

/* "STATUS" SP mailbox SP "(" [status-att-list] ")" */
VALUE (status_fact_shape, status_fact);
NUMBER (status_number_shape, status_number);
static const ImapShape status_ids_shape = { .element = &told_id };
static const ImapShapePair status_pairs[] = {
  { "MESSAGES", &status_number_shape },    { "RECENT", &status_number_shape },
  { "UIDNEXT", &status_number_shape },     { "UIDVALIDITY", &status_number_shape },
  { "UNSEEN", &status_number_shape },      { "DELETED", &status_number_shape },
  { "SIZE", &status_number_shape },        { "HIGHESTMODSEQ", &status_number_shape },
  { "APPENDLIMIT", &status_number_shape }, { "DELETED-STORAGE", &status_number_shape },
  { "MAILBOXID", &status_ids_shape },      { NULL },
};
static const ImapShape status_shape = { .element = &status_data,
                                        .kind = IMAP_SHAPE_PAIRS,
                                        .pairs = status_pairs,
                                        .name = &status_fact_shape };
TURNS (status_fields, &mailbox_shape, &status_shape);

/* mailbox-data =/ "SEARCH" [1*(SP nz-number) SP search-sort-mod-seq] */
static const ImapShape found_shape = { .element = &told_number,
                                       .list = &found_modseq,
                                       .has_numbers = FALSE };
TURNS (search_fields, &found_shape);

/* esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data) */
VALUE (search_tag_shape, search_tag);
VALUE (search_word_shape, search_item);
TURNS (correlator_fields, &search_word_shape, &search_tag_shape);
static const ImapShape search_item_shape = { .element = &search_item,
                                             .list = &search_correlator,
                                             ONCE (correlator_fields) };
VALUE (search_result_shape, search_result);
static const ImapShapePair search_pairs[] = { { "UID", NULL }, { NULL } };
static const ImapShape esearch_shape = { .kind = IMAP_SHAPE_PAIRS,
                                         .pairs = search_pairs,
                                         .name = &search_item_shape,
                                         .other = &search_result_shape };

/* thread-list = "(" (thread-members / thread-nested) ")" */
static const ImapShape *const thread_fields[];
static const ImapShape thread_shape = { .element = &told_number,
                                        .list = &thread_branch,
                                        .fields = thread_fields,
                                        .is_deep = TRUE };
static const ImapShape *const thread_fields[] = { &thread_shape, NULL };

/* expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids */
static const ImapShape vanished_shape = { .element = &told_set, .list = &vanished_earlier };
TURNS (vanished_fields, &vanished_shape);

/* quota-response = "QUOTA" SP quota-root-name SP quota-list */
VALUE (root_shape, told_root);
VALUE (resource_shape, quota_resource);
NUMBER (usage_shape, quota_usage);
NUMBER (limit_shape, quota_limit);
TURNS (resource_fields, &resource_shape, &usage_shape, &limit_shape);
static const ImapShape resources_shape = { .element = &quota_resources,
                                           .fields = resource_fields };
TURNS (quota_fields, &root_shape, &resources_shape);
TURNS (quota_root_fields, &mailbox_shape, &root_shape);

/* acl-data = "ACL" SP mailbox *(SP identifier SP rights), and what is like it */
VALUE (identifier_shape, acl_identifier);
VALUE (rights_shape, acl_rights);
TURNS (acl_fields, &mailbox_shape, &identifier_shape, &rights_shape);
TURNS (list_rights_fields, &mailbox_shape, &identifier_shape, &rights_shape);
TURNS (my_rights_fields, &mailbox_shape, &rights_shape);

/* metadata-resp = "METADATA" SP mailbox SP (entry-values / entry-list) */
VALUE (metadata_entry_shape, metadata_entry);
VALUE (metadata_value_shape, metadata_value);
static const ImapShapePair metadata_pairs[] = { { NULL } };
static const ImapShape metadata_shape = { .element = &metadata_entry,
                                          .list = &metadata_values,
                                          .kind = IMAP_SHAPE_PAIRS,
                                          .pairs = metadata_pairs,
                                          .name = &metadata_entry_shape,
                                          .other = &metadata_value_shape };
TURNS (metadata_fields, &mailbox_shape, &metadata_shape);

/* id_response = "ID" SP id_params_list */
VALUE (server_id_field_shape, server_id_field);
VALUE (server_id_value_shape, server_id_value);
TURNS (server_id_fields, &server_id_field_shape, &server_id_value_shape);
static const ImapShape server_id_shape = { .element = &server_id, .fields = server_id_fields };
TURNS (server_ids_fields, &server_id_shape);

/* Envelopes */

VALUE (address_name_shape, address_name);
VALUE (address_route_shape, address_route);
VALUE (address_local_shape, address_local);
VALUE (address_host_shape, address_host);
TURNS (address_fields, &address_name_shape, &address_route_shape, &address_local_shape,
       &address_host_shape);
static const ImapShape address_shape = { .element = &told_address, ONCE (address_fields) };
TURNS (addresses_fields, &address_shape);

#define ADDRESSES(id, element_)                                                                    \
  static const ImapShape id = { .element = &element_, .fields = addresses_fields }

VALUE (date_shape, envelope_date);
VALUE (subject_shape, envelope_subject);
ADDRESSES (from_shape, envelope_from);
ADDRESSES (sender_shape, envelope_sender);
ADDRESSES (reply_to_shape, envelope_reply_to);
ADDRESSES (to_shape, envelope_to);
ADDRESSES (cc_shape, envelope_cc);
ADDRESSES (bcc_shape, envelope_bcc);
VALUE (in_reply_to_shape, envelope_in_reply_to);
VALUE (message_id_shape, envelope_message_id);

/* envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
 *            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")" */
TURNS (envelope_fields, &date_shape, &subject_shape, &from_shape, &sender_shape, &reply_to_shape,
       &to_shape, &cc_shape, &bcc_shape, &in_reply_to_shape, &message_id_shape);
static const ImapShape envelope_shape = { .element = &envelope, ONCE (envelope_fields) };

/* Body structures */

VALUE (parameter_shape, body_parameter);
VALUE (parameter_value_shape, body_parameter_value);
TURNS (parameter_fields, &parameter_shape, &parameter_value_shape);
static const ImapShape parameters_shape = { .element = &body_parameters,
                                            .fields = parameter_fields };
VALUE (disposition_type_shape, body_disposition_type);
TURNS (disposition_fields, &disposition_type_shape, &parameters_shape);
static const ImapShape disposition_shape = { .element = &body_disposition,
                                             ONCE (disposition_fields) };
VALUE (type_shape, body_type);
VALUE (subtype_shape, body_subtype);
VALUE (body_id_shape, body_id);
VALUE (description_shape, body_description);
VALUE (encoding_shape, body_encoding);
NUMBER (body_size_shape, body_size);
NUMBER (lines_shape, body_lines);
VALUE (md5_shape, body_md5);
VALUE (language_shape, body_language);
VALUE (location_shape, body_location);
VALUE (extension_shape, body_extension);
static const ImapShape body_shape = { .element = &body,
                                      .kind = IMAP_SHAPE_BODY,
                                      .is_deep = TRUE };

/* body-fields, with the media type before them */
TURNS (basic_fields, &type_shape, &subtype_shape, &parameters_shape, &body_id_shape,
       &description_shape, &encoding_shape, &body_size_shape);
TURNS (message_fields, &envelope_shape, &body_shape, &lines_shape);
/* body-ext-1part; the fields of body-ext-mpart stand in place of the first */
TURNS (extra_fields, &md5_shape, &disposition_shape, &language_shape, &location_shape);

/* Returns: the shape at @i of the fields, or past their end that of extensions. */
static const ImapShape *
get_extra (guint i)
{
  return i < G_N_ELEMENTS (extra_fields) - 1 ? extra_fields[i] : &extension_shape;
}

const ImapShape *
imap_shape_next_body_field (ImapBodyPlace *place, int next)
{
  const guint n_basic = G_N_ELEMENTS (basic_fields) - 1;
  guint       i;

  if (place->i == 0 && next == '(')
    {
      place->n_bodies++;
      return &body_shape;
    }
  i = place->i++;
  if (place->n_bodies > 0)
    return i == 0 ? &subtype_shape : i == 1 ? &parameters_shape : get_extra (i - 1);
  if (i < n_basic)
    return basic_fields[i];
  i -= n_basic;
  if (i == 0)
    {
      place->is_message = next == '(';
      place->is_text = next >= '0' && next <= '9';
    }
  if (place->is_message)
    return i < 3 ? message_fields[i] : get_extra (i - 3);
  if (place->is_text)
    return i == 0 ? &lines_shape : get_extra (i - 1);
  return get_extra (i);
}

/* FETCH items */

VALUE (fetch_value_shape, fetch_value);
NUMBER (uid_shape, fetch_uid);
NUMBER (size_shape, fetch_size);
VALUE (internal_date_shape, fetch_date);
VALUE (fetch_text_shape, fetch_text);
VALUE (whole_shape, fetch_message);
VALUE (header_shape, fetch_header);
VALUE (binary_shape, fetch_binary);
NUMBER (modseq_shape, told_modseq);
TURNS (modseq_fields, &modseq_shape);
static const ImapShape modseqs_shape = { .element = &fetch_value, .fields = modseq_fields };
VALUE (object_id_shape, fetch_object_id);
TURNS (object_id_fields, &object_id_shape);
static const ImapShape object_ids_shape = { .element = &fetch_value, .fields = object_id_fields };
VALUE (preview_shape, fetch_preview);

static const ImapShapePair fetch_pairs[] = {
  { "FLAGS", &flags_shape },
  { "UID", &uid_shape },
  { "INTERNALDATE", &internal_date_shape },
  { "RFC822.SIZE", &size_shape },
  { "ENVELOPE", &envelope_shape },
  { "BODY", &body_shape },
  { "BODYSTRUCTURE", &body_shape },
  { "BODY[", NULL }, /* by its section */
  { "RFC822", &whole_shape },
  { "RFC822.HEADER", &header_shape },
  { "RFC822.TEXT", &fetch_text_shape },
  { "BINARY[", &binary_shape },
  { "BINARY.SIZE[", &size_shape },
  { "MODSEQ", &modseqs_shape },
  { "EMAILID", &object_ids_shape },
  { "THREADID", &object_ids_shape },
  { "SAVEDATE", &internal_date_shape },
  { "PREVIEW", &preview_shape },
  { NULL },
};

VALUE (fetch_item_shape, fetch_item);
/* msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP ...) ")" */
static const ImapShape fetch_shape = { .element = &fetch_data,
                                       .kind = IMAP_SHAPE_PAIRS,
                                       .pairs = fetch_pairs,
                                       .name = &fetch_item_shape,
                                       .other = &fetch_value_shape };
TURNS (fetch_fields, &fetch_shape);

/* Whether @at begins with @word. */
static gboolean
has_word_at (const guint8 *at, gsize length, const char *word)
{
  gsize n = strlen (word);

  return length >= n && g_ascii_strncasecmp ((const char *) at, word, n) == 0;
}

const ImapShape *
imap_shape_find_section (const guint8 *name, gsize length)
{
  const guint8 *at = memchr (name, '[', length);
  const guint8 *end = name + length;
  gsize         left;

  /* What was cut out of the middle has no beginning to read. */
  if (name[length - 1] == '>' && !has_word_at (end - MIN (length, 3), 3, "<0>"))
    return &fetch_text_shape;
  at++;
  if (*at == ']')
    return &whole_shape;
  while (at < end && (g_ascii_isdigit (*at) || *at == '.'))
    at++;
  left = (gsize) (end - at);
  return has_word_at (at, left, "HEADER") || has_word_at (at, left, "MIME") ? &header_shape
                                                                             : &fetch_text_shape;
}

/* Responses by name */

#define ANY(fields_) { .fields = fields_ }
#define FROM(fields_, repeat_) { .fields = fields_, .repeat = repeat_ }

static const struct
{
  const char *name;
  ImapShape   shape;
} responses[] = {
  { "CAPABILITY", ANY (capability_fields) },
  { "ENABLED", ANY (enabled_fields) },
  { "FLAGS", { ONCE (flags_fields) } },
  { "LIST", { ONCE (list_fields) } },
  { "LSUB", { ONCE (list_fields) } },
  { "NAMESPACE", { ONCE (namespaces_fields) } },
  { "STATUS", { ONCE (status_fields) } },
  { "SEARCH", ANY (search_fields) },
  { "SORT", ANY (search_fields) },
  { "THREAD", ANY (thread_fields) },
  { "VANISHED", ANY (vanished_fields) },
  { "QUOTA", { ONCE (quota_fields) } },
  { "QUOTAROOT", FROM (quota_root_fields, 1) },
  { "ACL", FROM (acl_fields, 1) },
  { "LISTRIGHTS", FROM (list_rights_fields, 2) },
  { "MYRIGHTS", { ONCE (my_rights_fields) } },
  { "METADATA", FROM (metadata_fields, 1) },
  { "ID", { ONCE (server_ids_fields) } },
  { "FETCH", { ONCE (fetch_fields) } },
};

const ImapShape *
imap_shape_find_response (const guint8 *name, gsize length)
{
  if (length == strlen ("ESEARCH") && has_word_at (name, length, "ESEARCH"))
    return &esearch_shape;
  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    if (strlen (responses[i].name) == length && has_word_at (name, length, responses[i].name))
      return &responses[i].shape;
  return NULL;
}

/* Codes by name */

VALUE (charset_shape, code_charset);
TURNS (charset_list_fields, &charset_shape);
static const ImapShape charsets_shape = { .element = &code_charset,
                                          .fields = charset_list_fields };
TURNS (charset_fields, &charsets_shape);
TURNS (message_number_fields, &message_shape);
TURNS (count_fields, &count_shape);
NUMBER (code_uid_shape, code_uid);
TURNS (code_uid_fields, &code_uid_shape);
NUMBER (code_modseq_shape, told_modseq);
TURNS (code_modseq_fields, &code_modseq_shape);
NUMBER (validity_shape, code_uid_validity);
TURNS (validity_fields, &validity_shape);
VALUE (code_uids_shape, code_uids);
TURNS (append_uid_fields, &validity_shape, &code_uids_shape);
TURNS (copy_uid_fields, &validity_shape, &code_uids_shape, &code_uids_shape);
TURNS (set_fields, &set_shape);
TURNS (id_list_fields, &id_shape);
static const ImapShape ids_shape = { .element = &told_id, .fields = id_list_fields };
TURNS (ids_fields, &ids_shape);
VALUE (argument_shape, code_argument);
TURNS (argument_fields, &argument_shape);
TURNS (tag_fields, &search_tag_shape);

static const struct
{
  const char *name;
  ImapShape   shape;
} codes[] = {
  { "BADCHARSET", { ONCE (charset_fields) } },
  { "CAPABILITY", ANY (capability_fields) },
  { "PERMANENTFLAGS", { ONCE (flags_fields) } },
  { "UIDNEXT", { ONCE (code_uid_fields) } },
  { "UIDVALIDITY", { ONCE (validity_fields) } },
  { "UNSEEN", { ONCE (message_number_fields) } },
  { "APPENDUID", { ONCE (append_uid_fields) } },
  { "COPYUID", { ONCE (copy_uid_fields) } },
  { "HIGHESTMODSEQ", { ONCE (code_modseq_fields) } },
  { "MODIFIED", { ONCE (set_fields) } },
  { "MAILBOXID", { ONCE (ids_fields) } },
  { "NOUPDATE", { ONCE (tag_fields) } },
  { "APPENDLIMIT", { ONCE (count_fields) } },
};

static const ImapShape any_code_shape = { .fields = argument_fields };

const ImapShape *
imap_shape_find_code (const guint8 *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strlen (codes[i].name) == length && has_word_at (name, length, codes[i].name))
      return &codes[i].shape;
  return &any_code_shape;
}
