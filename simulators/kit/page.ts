import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLE } from './page-style.ts'

/** What a service adds to the shell. */
export interface PagePart {
  /** `Follow Up Boss` */
  title: string
  /** One line below the title. */
  subtitle: string
  /** CSS colour of the header and buttons. */
  accent: string
  /**
   * JavaScript of an object literal named by the shell as `service`; may use the shell's
   * `api(method, path, body?, headers?)`, which calls the service's own API as the user and gives the parsed
   * JSON or throws an Error with the service's text. A string body is sent as a form, an object as JSON.
   *
   *     {
   *       async load(search) {                 // search: text or ''
   *         return {
   *           note: '300 open tasks',          // shown in the header
   *           groups: [{ id, title, detail, choices, tasks: [{ id, title, due, done, detail, choices }] }],
   *           targets: [{ id, label }],        // where a new task can go (and `move`)
   *         }
   *       },
   *       dueHint: '2026-03-05 or 2026-03-05 14:30',   // `due` is text as the user sees and types it
   *       add(targetId, title, due), setDone(id, done), remove(id),
   *       edit(id, title, due, changed),       // changed: { title: boolean, due: boolean }
   *       move(id, targetId),                  // left out = no moving
   *       choose(id, optionId),                // of `choices: [{ id, label, value, options: [{ id, label }] }]`, which
   *                                            // may be left out: selects beside a group's title or in a task's row
   *     }
   */
  script: string
}

/**
 * The page to play the user: groups of tasks with add, edit, complete, move, choose, delete and search. It asks
 * `/__sim/version` every second and reloads its list only when something changed, leaving fields that are
 * being typed in alone. No external file.
 */
export function renderPage(part: PagePart): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${part.title} (simulated)</title><style>:root{--accent:${part.accent}}${PAGE_STYLE}</style></head>
<body><header><div><h1>${part.title} <small>simulated</small></h1><p>${part.subtitle} <span id="note"></span></p></div>
<input id="search" type="search" placeholder="Search tasks" aria-label="Search tasks"></header>
<p id="problem" role="alert" hidden></p>
<form id="add"><input id="add-title" required placeholder="New task" aria-label="Title of the new task">
<input id="add-due" aria-label="Due date of the new task"><select id="add-target" aria-label="Where"></select><button>Add</button></form>
<main id="groups"></main>
<script>
${PAGE_SCRIPT}
start(${part.script})
</script></body></html>
`
}
