import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Fields } from '../../../ui/use-fields.ts'
import { CategoryChoice } from '../officer/category-choice.tsx'
import type { TrainingScope } from './training-scope.ts'

/** Which content may be used to train, and until when; `children` says of which project. */
export const ScopeFields = <Values extends TrainingScope>({
  form,
  categories,
  refused,
  children,
}: {
  form: Fields<Values>
  categories: readonly string[]
  refused: Record<string, string>
  children: ReactNode
}) => (
  <>
    <CategoryChoice
      label="Content"
      categories={categories}
      chosen={form.values.content}
      error={form.errors.content ?? refused['content']}
      onChange={(content) => form.set('content', content)}
    />
    <div className="two-fields">
      {children}
      <TextInput
        label="Ends after (optional)"
        description="UTC; empty: until withdrawn"
        type="date"
        {...form.text('until', refused)}
      />
    </div>
  </>
)
