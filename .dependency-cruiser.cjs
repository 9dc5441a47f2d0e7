const { readdirSync, readFileSync } = require('node:fs')
const { join, posix } = require('node:path')

/**
 * Which folder may import which: each only from those before it in the list, so that the decisions of core hang on
 * nothing and a provider can be added without an edit elsewhere.
 */
const layers = [
  'core',
  'config',
  'providers',
  'store',
  'activities',
  'workflows',
  'worker',
  'receiver',
  'starter',
]

/** From a folder to itself and to what stands before it; workflows have a rule of their own. */
const downwardOnly = layers
  .filter((layer) => layer !== 'workflows')
  .map((layer) => ({
    name: `${layer}-imports-only-downwards`,
    comment: `src/${layer} may import only from: ${layers.slice(0, layers.indexOf(layer) + 1).join(', ')}.`,
    severity: 'error',
    from: { path: `^src/${layer}/` },
    to: { path: '^src/', pathNot: `^src/(${layers.slice(0, layers.indexOf(layer) + 1).join('|')})/` },
  }))

const tests = '\\.test\\.ts$'

/**
 * swc does not tell dependency-cruiser which imports are of types alone, so the imports of values are read here: one
 * rule for each workflow file that has any from core or activities. An inline `{ type X }` stays an import at run time.
 */
function workflowsImportOnlyTypes() {
  const folder = 'src/workflows'
  return sourceFiles(folder).flatMap((file) => {
    const source = readFileSync(join(__dirname, file), 'utf8')
    const targets = [...source.matchAll(/^(?:import|export)\s+(?!type\b)[^;'"]*?['"](\.[^'"]+)['"]/gm)]
      .map(([, target]) => posix.join(posix.dirname(file), target))
      .filter((target) => /^src\/(core|activities)\//.test(target))
    if (targets.length === 0) return []
    return {
      name: 'workflows-import-only-types',
      comment:
        'Workflow code runs in a sandbox and is replayed: from core and activities it may take types alone.',
      severity: 'error',
      from: { path: `^${literally(file)}$` },
      to: { path: targets.map((target) => `^${literally(target)}$`) },
    }
  })
}

function sourceFiles(folder) {
  try {
    return readdirSync(join(__dirname, folder), { recursive: true })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}

function literally(path) {
  return path.replaceAll('.', '\\.')
}

module.exports = {
  forbidden: [
    ...downwardOnly,
    ...workflowsImportOnlyTypes(),
    {
      name: 'workflows-import-nothing-else-of-ours',
      comment: 'Workflow code may know types of core and activities, and the names of queues and ids, alone.',
      severity: 'error',
      from: { path: '^src/workflows/', pathNot: tests },
      to: { path: '^src/', pathNot: '^src/((core|activities|workflows)/|config/temporal-names)' },
    },
    {
      name: 'workflows-are-sandboxed',
      comment: "In the sandbox there is no Node and none of Temporal's packages for other processes.",
      severity: 'error',
      from: { path: '^src/workflows/', pathNot: tests },
      to: {
        path: '.',
        pathNot: ['^src/', '@temporalio/(workflow|common)'],
      },
    },
    {
      name: 'core-is-pure',
      comment: 'Core decides from what it is given: no Node, no package but temporal-polyfill.',
      severity: 'error',
      from: { path: '^src/core/', pathNot: tests },
      to: { path: '.', pathNot: ['^src/core/', 'temporal-polyfill'] },
    },
    {
      name: 'simulators-stand-alone',
      comment: 'A simulator that shared code with the product would share its mistakes.',
      severity: 'error',
      from: { path: '^simulators/', pathNot: tests },
      to: { path: '^src/' },
    },
    {
      name: 'product-stands-alone',
      comment: 'The product knows nothing of simulators, tests, benchmarks and soaks.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: '^(simulators|test|bench|soak)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that import each other cannot be read, or loaded, one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that cannot be found would escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // swc, because TypeScript 7 has no transpileModule; it comes with @temporalio/worker.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Tests may import what they like, and use syntax that this parser does not know (`await using`).
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
