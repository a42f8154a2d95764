import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMe } from '../../app/use-scope.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { When } from '../../ui/when.tsx'
import { CloseAccount } from './close-account.tsx'
import { ClosedOrganisations } from './closed-organisations.tsx'
import { EmailForm } from './email-form.tsx'
import { PasswordForm } from './password-form.tsx'
import { ProfileForm } from './profile-form.tsx'
import { Sessions } from './sessions.tsx'
import { TwoStep } from './two-step.tsx'

const Appearance = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="Appearance" about="Kept in this browser only.">
      <div>
        <SegmentedControl
          aria-label="Appearance"
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </div>
    </Section>
  )
}

/** One's own account: profile, password, two-step sign-in, sessions, appearance. */
export const AccountPage = () => {
  const me = useMe()
  return (
    <Page
      title="Account"
      about={
        <>
          {me.email}, since <When at={me.createdAt} />. Id: <CopyId id={me.id} />
        </>
      }
    >
      <Section title="Profile">
        <ProfileForm />
      </Section>
      <Section title="Address" about="It opens your account, and mail from this cloud goes to it.">
        <EmailForm />
      </Section>
      <TwoStep />
      <Section title="Password" about="Changing it ends your other sessions.">
        <PasswordForm />
      </Section>
      <Sessions />
      <Section title="Your data" about="What is held about you, a copy of it, your choices and its erasure.">
        <div>
          <Button variant="default" renderRoot={(props) => <Link to="/your-data" {...props} />}>
            Go to your data
          </Button>
        </div>
      </Section>
      <Appearance />
      <ClosedOrganisations />
      <CloseAccount />
    </Page>
  )
}
