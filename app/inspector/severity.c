/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "severity.h"

#include <glib/gi18n.h>

static const struct
{
  const char *label;
  const char *icon;
  const char *css_class; /* (nullable) */
} severities[] = {
  [WIRE_SEVERITY_HINT] = { N_("Hint"), "dialog-information-symbolic", NULL },
  [WIRE_SEVERITY_OBSOLETE] = { N_("Obsolete"), "document-open-recent-symbolic", NULL },
  [WIRE_SEVERITY_WARNING] = { N_("Warning"), "dialog-warning-symbolic", "warning" },
  [WIRE_SEVERITY_ERROR] = { N_("Error"), "dialog-error-symbolic", "error" },
};

const char *
severity_get_label (WireSeverity severity)
{
  return _ (severities[severity].label);
}

GtkWidget *
severity_new_image (WireSeverity severity)
{
  GtkWidget *image = gtk_image_new_from_icon_name (severities[severity].icon);

  if (severities[severity].css_class != NULL)
    gtk_widget_add_css_class (image, severities[severity].css_class);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (image, severity_get_label (severity));
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  severity_get_label (severity), -1);
  return image;
}
