/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-certificate.h"

#include <string.h>

#include <openssl/x509v3.h>
#include <wire/wire-text.h>

#include "tls-private.h"

/* Longest name of an issuer that is shown: ours, a line for people. */
#define ISSUER_BYTES_MAX 256

static char *
dup_issuer (X509 *certificate)
{
  char text[ISSUER_BYTES_MAX] = "";
  int  length = X509_NAME_get_text_by_NID (X509_get_issuer_name (certificate), NID_commonName, text,
                                           sizeof text);

  return wire_text_escape ((const guint8 *) text, (gsize) MAX (length, 0));
}

static char *
dup_time (const ASN1_TIME *time)
{
  struct tm broken;

  if (ASN1_TIME_to_tm (time, &broken) != 1)
    return g_strdup ("?");
  return g_strdup_printf ("%04d-%02d-%02d %02d:%02d UTC", broken.tm_year + 1900, broken.tm_mon + 1,
                          broken.tm_mday, broken.tm_hour, broken.tm_min);
}

char *
tls_certificate_describe (TlsLibrary *library, const char *pem)
{
  g_autoptr (GPtrArray) chain = tls_read_certificates (library, pem, NULL);
  g_auto (GStrv) names = NULL;
  g_autofree char *joined = NULL;
  g_autofree char *issuer = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  X509            *certificate;

  if (chain == NULL)
    return NULL;
  certificate = g_ptr_array_index (chain, 0);
  names = tls_dup_names (certificate);
  joined = g_strjoinv (", ", names);
  issuer = dup_issuer (certificate);
  from = dup_time (X509_get0_notBefore (certificate));
  to = dup_time (X509_get0_notAfter (certificate));
  return g_strdup_printf ("names: %s\nissuer: %s\nfrom: %s\nto: %s\n", joined, issuer, from, to);
}
