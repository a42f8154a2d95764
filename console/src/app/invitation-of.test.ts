import { expect, test } from 'vitest'
import { invitationOf, invitationPath } from './invitation-of.ts'

test('the way to an invitation is known again after the sign-up, and no other page is taken for it', () => {
  expect(invitationOf(invitationPath('a-token_of-32-characters'))).toBe('a-token_of-32-characters')
  expect(invitationOf('/invitations/accept')).toBeUndefined()
  expect(invitationOf('/models?token=x')).toBeUndefined()
  expect(invitationOf('//elsewhere.example/invitations/accept?token=x')).toBeUndefined()
  expect(invitationOf(undefined)).toBeUndefined()
})
