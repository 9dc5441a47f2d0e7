import { runInNewContext } from 'node:vm'

/** The little of a browser's element that the pages use. */
export class FakeElement {
  readonly tag: string
  children: FakeElement[] = []
  parent: FakeElement | undefined
  textContent = ''
  value = ''
  className = ''
  checked = false
  hidden = false
  readonly dataset: Record<string, string> = {}
  readonly classes = new Set<string>()
  readonly classList = {
    toggle: (name: string, on: boolean): void => {
      if (on) this.classes.add(name)
      else this.classes.delete(name)
    },
  }
  onchange?: () => void
  onclick?: () => void
  oninput?: () => void
  onsubmit?: (event: { preventDefault(): void }) => void

  constructor(tag: string) {
    this.tag = tag
  }

  append(...nodes: (FakeElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node === 'string') this.textContent += node
      else this.insertBefore(node, null)
    }
  }

  replaceChildren(...nodes: (FakeElement | string)[]): void {
    this.children = []
    this.textContent = ''
    this.append(...nodes)
    if (this.tag === 'select') this.value = String(this.children[0]?.value ?? '')
  }

  insertBefore(node: FakeElement, before: FakeElement | null): void {
    node.remove()
    const index = before === null ? this.children.length : this.children.indexOf(before)
    this.children.splice(index, 0, node)
    node.parent = this
  }

  remove(): void {
    const siblings = this.parent?.children
    if (siblings !== undefined) siblings.splice(siblings.indexOf(this), 1)
    this.parent = undefined
  }

  /** All elements below with this class name. */
  all(className: string): FakeElement[] {
    return this.children.flatMap((child) => [
      ...(child.className === className ? [child] : []),
      ...child.all(className),
    ])
  }
}

/** A page running against a simulator. */
export interface OpenPage {
  find(id: string): FakeElement
  /** The element being typed in. */
  focus(element: FakeElement | null): void
  /** Lets the page look for changes, as its timer would. */
  tick(): void
}

/**
 * Runs the script of a simulator's page with just enough of a browser, for tests of the pages where there is
 * no browser. The page's timer does not run: call `tick()`.
 */
export async function openPage(url: string): Promise<OpenPage> {
  const html = await (await fetch(`${url}/__sim/`)).text()
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
  const byId = new Map<string, FakeElement>()
  for (const [, tag = '', id = ''] of html.matchAll(/<(\w+) [^>]*?id="([^"]+)"|<(\w+) id="([^"]+)"/g)) {
    byId.set(id, new FakeElement(tag))
  }
  const document = {
    activeElement: null as FakeElement | null,
    getElementById: (id: string) => byId.get(id),
    createElement: (tag: string) => new FakeElement(tag),
  }
  let tick = (): void => {}
  runInNewContext(script, {
    document,
    fetch: (path: string, init: RequestInit) => fetch(url + path, init),
    confirm: () => true,
    setInterval: (run: () => void) => {
      tick = run
    },
    setTimeout: (run: () => void) => run(),
    clearTimeout: () => {},
    URLSearchParams,
    crypto,
  })
  return {
    find(id) {
      const element = byId.get(id)
      if (element === undefined) throw new Error(`The page has no element "${id}".`)
      return element
    },
    focus: (element) => {
      document.activeElement = element
    },
    tick: () => tick(),
  }
}
