/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app-application.h"
#include "command.h"
#include <lesson-catalogue.h>

static const struct
{
  const char *name;
  CommandStatus (*run) (int argc, char **argv);
  const char *usage;
} commands[] = {
  { "run", command_run, "FILE      run a scenario or a lesson to its end" },
  { "read", command_read, "FILE      read a saved trace" },
  { "explain", command_explain, "FILE      explain every byte of a message or a unit" },
  { "attach", command_attach,
    "SCENARIO HOST=ADDRESS:PORT...  let simulated hosts talk to real servers" },
  { "serve", command_serve, "SCENARIO  let real mail programs talk to the simulated hosts" },
  { "lessons", command_lessons, "[NAME]    list the lessons, or the steps of one" },
};

static void
print_help (void)
{
  printf ("Postroad: follow a letter down the wire.\n\n"
          "  postroad [FILE...]         open the window\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  postroad %-8s %s\n", commands[i].name, commands[i].usage);
  printf ("\npostroad COMMAND --help tells more of each.\n");
}

/* No display: the first lesson's ladder, and how to get the window. */
static int
tell_without_display (void)
{
  g_autofree char *folder = lesson_catalogue_dup_folder ();
  g_autofree char *lesson = lesson_catalogue_find (folder, "2");
  char            *arguments[] = { "run", lesson, NULL };
  CommandStatus    status;

  if (lesson == NULL)
    return command_complain (COMMAND_FAILED, "there is no display, and no lesson to print");
  status = command_run (2, arguments);
  printf ("\nThis is the first lesson as text, since there is no display. In a desktop session "
          "(or with\nDISPLAY or WAYLAND_DISPLAY set) the same command opens the window; "
          "postroad --help lists\nwhat works in a terminal.\n");
  return status;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  /* Writing to a closed pipe is an error to tell, not a reason to die. */
  signal (SIGPIPE, SIG_IGN);
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    if (strcmp (argv[1], commands[i].name) == 0)
      return commands[i].run (argc - 1, argv + 1);
  if (argc > 1 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
    {
      print_help ();
      return COMMAND_DONE;
    }
  if (argc > 1 && strcmp (argv[1], "--version") == 0)
    {
      printf ("postroad %s\n", POSTROAD_VERSION);
      return COMMAND_DONE;
    }
  if (argc > 1 && argv[1][0] == '-')
    return command_complain (COMMAND_WRONG, "there is no option %s (try postroad --help)", argv[1]);
  if (!app_has_display ())
    {
      if (argc == 1)
        return tell_without_display ();
      return command_complain (COMMAND_FAILED,
                               "there is no display to open %s in; "
                               "try postroad run %s, postroad read %s or postroad explain %s",
                               argv[1], argv[1], argv[1], argv[1]);
    }
  return app_main (argc, argv);
}
