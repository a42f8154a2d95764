import { choiceFlag, command, textFlag } from '../../command.ts'
import { downloadText, modelPrice, paintModelState } from '../../model-view.ts'

export const listModels = command({
  summary: 'List the model catalogue',
  flags: {
    search: textFlag('--search <text>', 'part of the id or the name'),
    state: choiceFlag('--state <state>', 'only models in this state', [
      'absent',
      'downloading',
      'starting',
      'ready',
      'failed',
      'disabled',
    ]),
  },
  takes: ['pages'],
  examples: [['avow model list --state ready', 'the models that answer now']],
  run: async (session, input) => {
    const filter = {
      ...(input.search === undefined ? {} : { search: input.search }),
      ...(input.state === undefined ? {} : { state: input.state }),
    }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/models', { params: { query: { ...query, ...filter } } }),
    )
    session.printList(
      page,
      [
        { title: 'MODEL', value: (model) => model.id },
        {
          title: 'STATE',
          value: (model) => model.state,
          paint: (text, model) => paintModelState(session.paint, model.state, text),
        },
        { title: 'PARAMETERS', value: (model) => model.parameters ?? '-', right: true },
        {
          title: 'CONTEXT',
          value: (model) => (model.contextTokens === null ? '-' : String(model.contextTokens)),
          right: true,
        },
        { title: 'PER MILLION TOKENS', value: modelPrice },
        { title: 'SEEN BY', value: (model) => model.providers.join(', ') || 'this cloud only', mayShrink: true },
        {
          title: 'NOTE',
          value: (model) =>
            model.download !== null ? downloadText(model.download) : (model.reason ?? (model.toy ? 'a toy' : '')),
          mayShrink: true,
        },
      ],
      'No model here. The operator adds one: avow model add ID --upstream URL',
    )
  },
})
