/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Little drawings, as path data that any painter can follow. */
typedef enum
{
  DIAGRAM_MARK_CIRCLE, /* the shapes of messages, in turn */
  DIAGRAM_MARK_SQUARE,
  DIAGRAM_MARK_TRIANGLE,
  DIAGRAM_MARK_DIAMOND,
  DIAGRAM_MARK_STAR,
  DIAGRAM_MARK_ENVELOPE,
  DIAGRAM_MARK_LOCK,
  DIAGRAM_MARK_CROSS,    /* refused, lost */
  DIAGRAM_MARK_WARNING,  /* a triangle with an exclamation mark */
  DIAGRAM_MARK_COMPUTER, /* roles of hosts */
  DIAGRAM_MARK_SERVER,
  DIAGRAM_MARK_NAMES,    /* a name server */
  DIAGRAM_MARK_QUEUE,    /* decisions: a tray that something is put into */
  DIAGRAM_MARK_LEAVE,    /* and taken out of */
  DIAGRAM_MARK_ROUTE,    /* a way that forks */
  DIAGRAM_MARK_CLOCK,    /* later */
  DIAGRAM_MARK_SENT,     /* a paper plane */
  DIAGRAM_MARK_CHECK,    /* delivered */
  DIAGRAM_MARK_RETURN,   /* back to where it came from */
  DIAGRAM_MARK_KEY,      /* who somebody is */
  DIAGRAM_MARK_SEAL,     /* a certificate */
  DIAGRAM_N_MARKS,
} DiagramMark;

typedef enum
{
  DIAGRAM_PATH_MOVE,  /* 1 point */
  DIAGRAM_PATH_LINE,  /* 1 point */
  DIAGRAM_PATH_CURVE, /* 3 points */
  DIAGRAM_PATH_CLOSE, /* none */
  DIAGRAM_PATH_FILL,  /* none: fill what was drawn so far, stroke it, and begin anew */
  DIAGRAM_PATH_STROKE, /* none: stroke what was drawn so far, and begin anew */
  DIAGRAM_PATH_END,
} DiagramPathVerb;

/** One step; points are from -1 to 1, y down, and scale with half the mark's size. */
typedef struct
{
  DiagramPathVerb verb;
  double          points[6];
} DiagramPathStep;

/** Returns: the steps of @mark, ended by DIAGRAM_PATH_END. */
const DiagramPathStep *diagram_mark_get_path (DiagramMark mark);

/** Returns: its name for people: "lock". */
const char *diagram_mark_get_name (DiagramMark mark);

/** Returns: the mark of message @number, from 1, and its colour (as DiagramItem.colour). */
DiagramMark diagram_mark_for_message (guint number);
guint       diagram_mark_get_message_colour (guint number);

/** Returns: the mark of notes of that name, DIAGRAM_N_MARKS for those without one. */
DiagramMark diagram_mark_for_note (const char *what);

/** Returns: the mark of a host with these roles: "MSA, MTA". */
DiagramMark diagram_mark_for_role (const char *role);

G_END_DECLS
