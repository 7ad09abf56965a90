/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-links.h"

guint
app_links_find_cause (AppSession *session)
{
  TraceLog *log = app_session_get_log (session);
  guint     position = app_session_get_selected (session);

  while (position != APP_NO_EVENT)
    {
      /* A cause has the lower id, so this ends. */
      guint cause = trace_log_find (log, trace_log_get_event (log, position)->cause);

      if (cause == G_MAXUINT || cause >= position)
        return APP_NO_EVENT;
      if (app_session_is_visible (session, cause))
        return cause;
      position = cause;
    }
  return APP_NO_EVENT;
}

guint
app_links_find_consequence (AppSession *session)
{
  TraceLog *log = app_session_get_log (session);
  guint     selected = app_session_get_selected (session);
  guint     id;

  if (selected == APP_NO_EVENT)
    return APP_NO_EVENT;
  id = trace_log_get_id (log, selected);
  for (guint i = selected + 1; i < trace_log_get_n_events (log); i++)
    if (trace_log_get_event (log, i)->cause == id && app_session_is_visible (session, i))
      return i;
  return APP_NO_EVENT;
}

/* Whether @position is a unit or packet of @selected's connection, from its other end. */
static gboolean
is_other_side (AppSession *session, guint selected, guint position)
{
  const TraceEvent *one = trace_log_get_event (app_session_get_log (session), selected);
  const TraceEvent *other = trace_log_get_event (app_session_get_log (session), position);

  return one->connection != 0 && other->connection == one->connection &&
         other->kind == one->kind && other->from == one->to &&
         app_session_is_visible (session, position);
}

guint
app_links_find_reply (AppSession *session)
{
  guint selected = app_session_get_selected (session);
  guint n_events = trace_log_get_n_events (app_session_get_log (session));

  for (guint i = selected; selected != APP_NO_EVENT && ++i < n_events;)
    if (is_other_side (session, selected, i))
      return i;
  return APP_NO_EVENT;
}

guint
app_links_find_request (AppSession *session)
{
  guint selected = app_session_get_selected (session);

  for (guint i = selected; selected != APP_NO_EVENT && i-- > 0;)
    if (is_other_side (session, selected, i))
      return i;
  return APP_NO_EVENT;
}

guint
app_links_find_next (AppSession *session)
{
  guint selected = app_session_get_selected (session);
  guint next = app_session_find_next (session, selected == APP_NO_EVENT ? 0 : selected + 1);

  return next < trace_log_get_n_events (app_session_get_log (session)) ? next : APP_NO_EVENT;
}

guint
app_links_find_previous (AppSession *session)
{
  return app_session_find_previous (session, app_session_get_selected (session));
}
