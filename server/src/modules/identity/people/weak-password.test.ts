import { describe, expect, it } from 'vitest'
import { whyWeak } from './weak-password.ts'

const ada = { name: 'Ada Lovelace', email: 'countess@analytical.example' }
const judge = (password: string) => whyWeak(password, 12, ada)

describe('a weak password', () => {
  it.each([
    ['too short', 'x7Kq!'],
    ['eleven characters', 'k8#Qz!mR2vT'],
    ['a common word with digits', 'Password1234'],
    ['a common word twice', 'passwordpassword'],
    ['a keyboard run', 'qwertyuiop12345'],
    ['counting', '123456789012'],
    ['the alphabet', 'abcdefghijklmnop'],
    ['one character', 'aaaaaaaaaaaaaaaa'],
    ['a repeated piece', 'xyzw12xyzw12xyzw12'],
    ['their name', 'lovelace-1815!'],
    ['their address', 'countess@analytical'],
  ])('is refused: %s', (_, password) => {
    expect(judge(password)).toEqual(expect.any(String))
  })
})

describe('a strong password', () => {
  it.each([
    ['unrelated words', 'correct horse battery staple'],
    ['a sentence with a common word', 'my secret garden grows turnips'],
    ['random characters', 'k8#Qz!mR2vTw'],
    ['another script', 'длинная тихая река'],
    ['a manager’s', '3fB9xQ0aLk7Zp2Wm'],
  ])('is let through: %s', (_, password) => {
    expect(judge(password)).toBeNull()
  })
})
