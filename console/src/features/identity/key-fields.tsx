import { Checkbox, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../app/app-context.tsx'
import { modelsQuery } from '../../app/queries.ts'
import type { Fields } from '../../ui/use-fields.ts'
import type { KeyFields } from './key-form.ts'

const ModelChoice = ({ form }: { form: Fields<KeyFields> }) => {
  const { data } = useQuery(modelsQuery(useApi()))
  // A model that left the catalogue stays on the key until someone takes it off.
  const ids = [...new Set([...(data?.items.map(({ id }) => id) ?? []), ...form.values.allowedModels])]
  return (
    <Checkbox.Group
      label="Models that it may call"
      value={form.values.allowedModels}
      onChange={(ids) => form.set('allowedModels', ids)}
    >
      <div className="stack-small">
        {ids.map((id) => (
          <Checkbox key={id} value={id} label={id} />
        ))}
      </div>
    </Checkbox.Group>
  )
}

/** The fields of a key, for creating and for changing one. */
export const KeyFormFields = ({ form }: { form: Fields<KeyFields> }) => (
  <>
    <TextInput
      label="Name"
      description="Usage is counted under this name"
      required
      data-autofocus
      maxLength={120}
      {...form.text('name')}
    />
    <div className="two-fields">
      <TextInput
        label="Requests a minute"
        inputMode="numeric"
        placeholder="no limit"
        {...form.text('requestsPerMinute')}
      />
      <TextInput label="Tokens a minute" inputMode="numeric" placeholder="no limit" {...form.text('tokensPerMinute')} />
    </div>
    <div className="two-fields">
      <TextInput
        label="Requests at once"
        inputMode="numeric"
        placeholder="no limit"
        {...form.text('concurrentRequests')}
      />
      <TextInput
        label="Works until the end of"
        title="UTC; empty: until it is revoked"
        type="date"
        {...form.text('expiresOn')}
      />
    </div>
    <Switch
      label="Only some models"
      checked={form.values.restricted}
      onChange={(event) => form.set('restricted', event.currentTarget.checked)}
    />
    {form.values.restricted && <ModelChoice form={form} />}
  </>
)
