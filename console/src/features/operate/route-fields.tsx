import { TextInput } from '@mantine/core'

/** What the fields of a weight and a tier need. */
interface ShareFields {
  text: (
    name: 'weight' | 'tier',
    refused?: Record<string, string>,
  ) => { value: string; error: string | undefined; onChange: (event: { currentTarget: { value: string } }) => void }
}

const wholeFrom = (least: number, most: number) => (value: string) =>
  /^\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most
    ? null
    : `Write a whole number from ${least} to ${most}`

export const shareRules = { weight: wholeFrom(1, 1000), tier: wholeFrom(0, 9) }

/** How much of the requests a server gets, and when. */
export const ShareInputs = ({ form, refused = {} }: { form: ShareFields; refused?: Record<string, string> }) => (
  <div className="two-fields">
    <TextInput
      label="Tier"
      description="The lowest that can answer is asked"
      inputMode="numeric"
      {...form.text('tier', refused)}
    />
    <TextInput
      label="Weight"
      description="Its share in its tier"
      inputMode="numeric"
      {...form.text('weight', refused)}
    />
  </div>
)
