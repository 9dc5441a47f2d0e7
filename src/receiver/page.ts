/** What a browser finds at the root. `prefix`: path beneath which the outside world sees us. */
export function frontPage(prefix: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Dealbridge</title>
<h1>Dealbridge</h1>
<p>Keeps Follow Up Boss and Todoist in step.</p>
<p><a href="${encodeURI(prefix)}/health">Health</a></p>
</html>
`
}
