import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'

export interface PlaygroundFields {
  system: string
  temperature: string
  maxTokens: string
}

interface Props {
  models: readonly string[]
  model: string
  onModel: (model: string) => void
  fields: PlaygroundFields
  onFields: (fields: PlaygroundFields) => void
  onClear: (() => void) | null
}

/** Model and parameters of the playground. */
export const PlaygroundSettings = ({ models, model, onModel, fields, onFields, onClear }: Props) => (
  <section className="playground-settings stack" aria-label="Settings">
    <NativeSelect
      label="Model"
      data={[...models]}
      value={model}
      onChange={(event) => onModel(event.currentTarget.value)}
    />
    <Textarea
      label="System prompt"
      autosize
      minRows={2}
      maxRows={8}
      value={fields.system}
      onChange={(event) => onFields({ ...fields, system: event.currentTarget.value })}
    />
    <div className="two-fields narrow">
      <TextInput
        label="Temperature"
        type="number"
        min={0}
        max={2}
        step={0.1}
        placeholder="default"
        value={fields.temperature}
        onChange={(event) => onFields({ ...fields, temperature: event.currentTarget.value })}
      />
      <TextInput
        label="Max tokens"
        type="number"
        min={1}
        step={1}
        placeholder="default"
        value={fields.maxTokens}
        onChange={(event) => onFields({ ...fields, maxTokens: event.currentTarget.value })}
      />
    </div>
    {onClear !== null && (
      <Button variant="default" onClick={onClear}>
        Start again
      </Button>
    )}
  </section>
)
