import { Converter, makeRecursiveVisitor, ReflectionKind, RendererEvent } from 'typedoc';

/** Types of XState's that spell out the whole machine: their names say enough. */
const wordy = new Set(['StateMachine', 'MachineSnapshot', 'Actor', 'ActorRefFromLogic']);

function rename({ converter, renderer }) {
  converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const visitor = makeRecursiveVisitor({
      reference(type) {
        if (wordy.has(type.name)) delete type.typeArguments;
      },
    });
    for (const reflection of Object.values(project.reflections)) reflection.type?.visit(visitor);
    // Where a function takes its parameter apart, the type has a better name for it.
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      if (parameter.name !== '__namedParameters') continue;
      const name = parameter.type?.name ?? 'Options';
      parameter.name = name.replace(/^.*(?=[A-Z])/, '').toLowerCase();
    }
    for (const entry of entriesOf(project)) if (entry.name === 'index') entry.name = 'etna-auth';
  });
  // The pages have their addresses by now.
  renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const entry of entriesOf(project)) if (entry.name !== 'etna-auth') entry.name = `etna-auth/${entry.name}`;
  });
}

const entriesOf = (project) => project.getChildrenByKind(ReflectionKind.Module);

/** One page per entry of the package, made of its types and docstrings. */
export default {
  plugin: ['typedoc-plugin-markdown', rename],
  tsconfig: '../../tsconfig.json',
  entryPoints: [
    '../../src/index.ts',
    '../../src/node/index.ts',
    '../../src/browser/index.ts',
    '../../src/native/index.ts',
    '../../src/session/index.ts',
    '../../src/messages.ts',
    '../../src/inspect/index.ts',
    '../../src/testing/index.ts',
  ],
  out: '../reference',
  router: 'module',
  readme: 'none',
  logLevel: 'Error',
  // `npm run check` finds those.
  skipErrorChecking: true,
  disableSources: true,
  excludeExternals: true,
  sort: ['source-order'],
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases', 'Variables', 'Namespaces', 'References'],
  hideBreadcrumbs: true,
  hidePageHeader: true,
  entryFileName: 'index',
  pageTitleTemplates: { index: 'Reference' },
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true, hideSources: true },
};
