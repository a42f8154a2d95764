import { command, one } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const removeModel = command({
  summary: 'Take a model out of the catalogue (operator)',
  details: 'Takes a model out of the catalogue. Usage already booked stays.',
  args: { id: one('the model’s id') },
  takes: ['confirmation'],
  examples: [['avow model remove qwen3-8b', 'asks first']],
  run: async (session, { id }) => {
    await confirm(session, `Take ${id} out of the catalogue? Requests for it fail from then on.`)
    await session.must(session.api().DELETE('/api/v1/operate/models/{modelId}', { params: { path: { modelId: id } } }))
    session.print({ id, removed: true }, () => `Removed ${id}.\n`)
  },
})
