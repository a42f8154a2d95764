import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useMe } from '../../app/use-scope.ts'

/** What a weighty act asks for besides the session: the password, and a code where two-step sign-in is on. */
export const useOneself = ({ autoFocus = false }: { autoFocus?: boolean } = {}) => {
  const { email, secondFactor } = useMe()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const fields = (
    <>
      {/* For password managers: whose password this is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label="Your password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        data-autofocus={autoFocus || undefined}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {secondFactor && (
        <TextInput
          label="Code"
          description="Six digits of the authenticator app, or a backup code"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
    </>
  )
  const clear = () => {
    setPassword('')
    setCode('')
  }
  return { given: { password, ...(secondFactor ? { code: code.trim() } : {}) }, fields, clear }
}
