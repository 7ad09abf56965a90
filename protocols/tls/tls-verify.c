/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-verify.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <wire/wire-text.h>

#include "tls-private.h"

/* Names of one certificate that are told; more would only fill the screen. */
#define PEER_NAMES_MAX 100

static const struct
{
  const char *name, *sentence;
} problems[] = {
  { "expired", "The certificate, or one that vouches for it, is past its last day." },
  { "not-yet-valid", "The certificate, or one that vouches for it, is not valid yet." },
  { "wrong-name", "The certificate is for other names than the one that was to be reached." },
  { "unknown-issuer", "No authority that is trusted here vouches for the certificate." },
  { "self-signed", "The certificate vouches for itself; nobody else does." },
  { "bad-signature", "The signature under the certificate is not the issuer's." },
  { "wrong-purpose", "The certificate was made for another use than this." },
  { "not-an-authority", "The issuer's certificate does not let it issue certificates." },
  { "weak", "A key or a signature of the chain is too weak to be relied on." },
  { "other", "The certificate fails a check that is seldom failed." },
};

G_STATIC_ASSERT (G_N_ELEMENTS (problems) == TLS_N_PROBLEMS);

static const struct
{
  int        error;
  TlsProblem problem;
} errors[] = {
  { X509_V_ERR_CERT_HAS_EXPIRED, TLS_PROBLEM_EXPIRED },
  { X509_V_ERR_CERT_NOT_YET_VALID, TLS_PROBLEM_NOT_YET_VALID },
  { X509_V_ERR_HOSTNAME_MISMATCH, TLS_PROBLEM_WRONG_NAME },
  { X509_V_ERR_IP_ADDRESS_MISMATCH, TLS_PROBLEM_WRONG_NAME },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TLS_PROBLEM_UNKNOWN_ISSUER },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TLS_PROBLEM_UNKNOWN_ISSUER },
  { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TLS_PROBLEM_UNKNOWN_ISSUER },
  { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TLS_PROBLEM_UNKNOWN_ISSUER },
  { X509_V_ERR_CERT_UNTRUSTED, TLS_PROBLEM_UNKNOWN_ISSUER },
  { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TLS_PROBLEM_SELF_SIGNED },
  { X509_V_ERR_CERT_SIGNATURE_FAILURE, TLS_PROBLEM_BAD_SIGNATURE },
  { X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, TLS_PROBLEM_BAD_SIGNATURE },
  { X509_V_ERR_INVALID_PURPOSE, TLS_PROBLEM_WRONG_PURPOSE },
  { X509_V_ERR_CERT_REJECTED, TLS_PROBLEM_WRONG_PURPOSE },
  { X509_V_ERR_INVALID_CA, TLS_PROBLEM_NOT_AN_AUTHORITY },
  { X509_V_ERR_KEYUSAGE_NO_CERTSIGN, TLS_PROBLEM_NOT_AN_AUTHORITY },
  { X509_V_ERR_PATH_LENGTH_EXCEEDED, TLS_PROBLEM_NOT_AN_AUTHORITY },
  { X509_V_ERR_EE_KEY_TOO_SMALL, TLS_PROBLEM_WEAK },
  { X509_V_ERR_CA_KEY_TOO_SMALL, TLS_PROBLEM_WEAK },
  { X509_V_ERR_CA_MD_TOO_WEAK, TLS_PROBLEM_WEAK },
};

const char *
tls_problem_get_name (TlsProblem problem)
{
  g_return_val_if_fail (problem > 0 && problem < 1 << TLS_N_PROBLEMS, NULL);
  return problems[g_bit_nth_lsf (problem, -1)].name;
}

const char *
tls_problem_get_sentence (TlsProblem problem)
{
  g_return_val_if_fail (problem > 0 && problem < 1 << TLS_N_PROBLEMS, NULL);
  return problems[g_bit_nth_lsf (problem, -1)].sentence;
}

char *
tls_problems_to_string (guint set)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < TLS_N_PROBLEMS; i++)
    if (set & 1u << i)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", problems[i].name);
  return g_string_free (text, FALSE);
}

TlsProblem
tls_problem_from_error (int error)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (errors[i].error == error)
      return errors[i].problem;
  return TLS_PROBLEM_OTHER;
}

/* Names in certificates */

static char *
name_to_string (const GENERAL_NAME *name)
{
  int                type;
  const ASN1_STRING *value = GENERAL_NAME_get0_value (name, &type);

  if (type == GEN_DNS)
    return wire_text_escape (ASN1_STRING_get0_data (value), (gsize) ASN1_STRING_length (value));
  if (type == GEN_IPADD)
    {
      ASN1_OCTET_STRING *address = (ASN1_OCTET_STRING *) value;
      const guint8      *octets = ASN1_STRING_get0_data (address);
      GString           *text = g_string_new (NULL);

      if (ASN1_STRING_length (address) == 4)
        g_string_printf (text, "%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
      else
        for (int i = 0; i + 1 < MIN (ASN1_STRING_length (address), 16); i += 2)
          g_string_append_printf (text, "%s%x", i > 0 ? ":" : "", octets[i] << 8 | octets[i + 1]);
      return g_string_free (text, FALSE);
    }
  return NULL;
}

char **
tls_dup_names (X509 *certificate)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GENERAL_NAMES *list = X509_get_ext_d2i (certificate, NID_subject_alt_name, NULL, NULL);

  for (int i = 0; i < MIN (sk_GENERAL_NAME_num (list), PEER_NAMES_MAX); i++)
    {
      char *name = name_to_string (sk_GENERAL_NAME_value (list, i));

      if (name != NULL)
        g_ptr_array_add (names, name);
    }
  GENERAL_NAMES_free (list);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_steal (names, NULL);
}
