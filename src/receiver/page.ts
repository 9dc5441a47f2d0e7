/** What a browser finds at the root. `prefix`: path beneath which the outside world sees us. */
export function frontPage(prefix: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Dealbridge</title>
<h1>Dealbridge</h1>
<p>Keeps a CRM and task apps in step.</p>
<ul>
<li><a href="${encodeURI(prefix)}/health">Health</a></li>
<li><a href="${encodeURI(prefix)}/stats">What was done, and how long it took</a></li>
<li><a href="${encodeURI(prefix)}/metrics">The same for Prometheus</a></li>
<li><a href="${encodeURI(prefix)}/api/v1/openapi.json">The API, described (OpenAPI)</a></li>
</ul>
</html>
`
}
