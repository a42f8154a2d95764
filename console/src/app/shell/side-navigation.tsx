import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useMe, useScope } from '../use-scope.ts'
import { placesOf } from './places.ts'

/** Links to every place, by the person's work. */
export const SideNavigation = () => {
  const me = useMe()
  const { organisation, project } = useScope()
  const groups = placesOf({ me, organisationId: organisation?.id ?? null, projectId: project?.id ?? null })
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // A long menu opens where one is.
    frame.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' })
  }, [])
  const lists = groups.map((group) => (
    <div key={group.name}>
      <p className="side-group">{group.name}</p>
      <ul className="side-list">
        {group.places.map(({ name, icon: Icon, link }) => (
          <li key={name}>
            <Link {...link} className="side-link" activeOptions={{ exact: name === 'Overview', includeSearch: false }}>
              <Icon size={18} aria-hidden />
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  ))
  return <div ref={frame}>{lists}</div>
}
