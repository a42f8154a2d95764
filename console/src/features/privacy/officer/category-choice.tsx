import { Checkbox } from '@mantine/core'

/** Some of these categories. */
export const CategoryChoice = ({
  label,
  categories,
  chosen,
  error,
  onChange,
}: {
  label: string
  categories: readonly string[]
  chosen: string[]
  error?: string | undefined
  onChange: (categories: string[]) => void
}) => (
  <Checkbox.Group label={label} value={chosen} error={error} onChange={onChange}>
    <div className="stack-small">
      {categories.map((category) => (
        <Checkbox key={category} value={category} label={category} />
      ))}
    </div>
  </Checkbox.Group>
)
