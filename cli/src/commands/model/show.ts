import { command, one } from '../../command.ts'
import { findModel } from '../../find-model.ts'
import { modelText } from '../../model-view.ts'

export const showModel = command({
  summary: 'Show a model',
  args: { id: one('the model’s id') },
  examples: [['avow model show avow-tiny', 'state, price, context, licence']],
  run: async (session, { id }) => {
    const model = await findModel(session, id)
    session.print(model, () => modelText(model, session.paint))
  },
})
