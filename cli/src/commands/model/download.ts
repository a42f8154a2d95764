import { setTimeout as pause } from 'node:timers/promises'
import type { Model } from '../../api-types.ts'
import { command, one, switchFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { findModel } from '../../find-model.ts'
import { downloadText, modelText } from '../../model-view.ts'
import type { Session } from '../../session.ts'

const askEveryMs = 1_000

const progressOf = (model: Model): string => (model.download === null ? model.state : downloadText(model.download))

/** Waits until the model answers, telling how far it is. */
const untilReady = async (session: Session, id: string, tell: (text: string) => void): Promise<Model> => {
  for (;;) {
    const model = await findModel(session, id)
    if (model.state === 'ready') return model
    if (model.state === 'failed' || model.state === 'absent' || model.state === 'disabled') {
      throw new CliFailure(
        `${id} is ${model.state}: ${model.reason ?? 'no reason given'}`,
        exitCodes.failed,
        'Ask for the download again: it goes on where it stopped.',
      )
    }
    tell(progressOf(model))
    await pause(askEveryMs)
  }
}

const rendererFor = (session: Session): 'silent' | 'default' | 'simple' => {
  if (session.common.json) return 'silent'
  return session.world.terminal.isScreen ? 'default' : 'simple'
}

export const downloadModel = command({
  summary: 'Download an embedded model, or go on with its download (operator)',
  details:
    'Starts or resumes the download and waits until the model answers. Interrupting the wait does not stop the download.',
  args: { id: one('the model’s id') },
  flags: { detach: switchFlag('--detach', 'do not wait for the end') },
  examples: [['avow model download smollm2-135m-instruct', 'shows progress until it is ready']],
  run: async (session, input) => {
    const asked = await session.must(
      session.api().POST('/api/v1/operate/models/{modelId}/download', { params: { path: { modelId: input.id } } }),
    )
    if (input.detach) {
      session.print(asked, () => modelText(asked, session.paint))
      return
    }
    const { Listr } = await import('listr2')
    let model: Model = asked
    await new Listr(
      [
        {
          title: `Download ${input.id}`,
          task: async (_context, task) => {
            model = await untilReady(session, input.id, (text) => {
              task.output = text
            })
          },
        },
      ],
      { renderer: rendererFor(session) },
    ).run()
    session.print(model, () => modelText(model, session.paint))
  },
})
