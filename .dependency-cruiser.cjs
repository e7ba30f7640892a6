// Who may import whom: ARCHITECTURE.md, "Who may import whom". Leaves are at the bottom; nothing imports upward.
const SERVICES = '^src/(instances|images|search|copies|imports|access|demo|doctor)/'
const ENGINES = '^src/(vision|vectors|hashes|buckets|jobs|store)/'
const DOORS = '^src/(cli|http)/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Types may: the files of a room take their interfaces from the index.ts that exports them',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-do-not-know-doors',
      severity: 'error',
      from: { path: SERVICES },
      to: { path: [DOORS, '^src/app\\.ts$'] },
    },
    {
      name: 'engines-know-only-leaves',
      comment: 'An engine may import its own folder, ops, errors.ts, filter.ts and attributes.ts',
      severity: 'error',
      from: { path: '^src/(vision|vectors|hashes|buckets|jobs|store)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', '^src/ops/', '^src/(errors|filter|attributes)\\.ts$'] },
    },
    {
      name: 'leaves-import-no-rooms',
      severity: 'error',
      from: { path: '^src/(ops/|errors\\.ts|filter\\.ts|attributes\\.ts)' },
      to: { path: [SERVICES, ENGINES, DOORS, '^src/app\\.ts$'] },
    },
    {
      name: 'services-export-through-index',
      comment: 'Services are reached through their index.ts',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: SERVICES, pathNot: ['^src/$1/', '/index\\.ts$'] },
    },
    {
      name: 'composition-only-from-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '\\.test\\.ts$'] },
      to: { path: '^src/app\\.ts$' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
