"""Makes short chats from our own templates. Deterministic for a seed.

A chat is a list of (role, text). `chats(rng)` yields them for ever.
"""
from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import facts

Pair = tuple[str, str]
Chat = list[tuple[str, str]]


def number_words(n: int) -> str:
    """English words for 0 <= n <= 999."""
    if n < 20:
        return facts.ONES[n]
    if n < 100:
        return facts.TENS[n // 10] + (" " + facts.ONES[n % 10] if n % 10 else "")
    rest = n % 100
    return facts.ONES[n // 100] + " hundred" + (" and " + number_words(rest) if rest else "")


def a(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def colour_pair(rng: random.Random) -> Pair:
    thing, colour = rng.choice(list(facts.COLOURS.items()))
    word = rng.choice(["colour", "color"])
    if rng.random() < 0.15:
        name = "the " + thing if thing in facts.THE_ONLY else thing if thing in facts.NO_ARTICLE else a(thing)
        return f"Name something {colour}.", f"{name.capitalize()} is {colour}."
    if thing in facts.THE_ONLY:
        subject = "the " + thing
    elif thing in facts.NO_ARTICLE:
        subject = thing
    else:
        subject = rng.choice([a(thing), "the " + thing])
    question = rng.choice([f"What {word} is {subject}?", f"Which {word} has {subject}?", f"What is the {word} of {subject}?",
                           f"Tell me the {word} of {subject}."])
    return question, f"{subject.capitalize()} is {colour}."


def animal_pair(rng: random.Random) -> Pair:
    name, (sound, legs, home, food, skill) = rng.choice(list(facts.ANIMALS.items()))
    one = a(name)
    count = "no" if legs == 0 else number_words(legs)
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice([f"What sound does {one} make?", f"What does {one} say?", f"How does {one} sound?"]), f"{one.capitalize()} says {sound}."
    if kind == 1:
        return rng.choice([f"How many legs does {one} have?", f"How many legs has {one}?"]), f"{one.capitalize()} has {count} legs."
    if kind == 2:
        return rng.choice([f"Where does {one} live?", f"Where can I find {one}?"]), f"{one.capitalize()} lives {home}."
    if kind == 3:
        return rng.choice([f"What does {one} eat?", f"What is the food of {one}?"]), f"{one.capitalize()} eats {food}."
    if kind == 4:
        return f"What is {one} good at?", f"{one.capitalize()} is good at {skill}."
    question = rng.choice([f"Tell me about {one}.", f"What is {one}?", f"Tell me about the {name}.", f"Do you know {one}?"])
    return question, f"{one.capitalize()} is an animal. It lives {home}, it eats {food} and it is good at {skill}."


def sum_pair(rng: random.Random) -> Pair:
    x, y = rng.randrange(11), rng.randrange(11)
    if rng.random() < 0.3 and x >= y:
        return rng.choice([f"What is {x} minus {y}?", f"What is {x} - {y}?"]), f"{x} minus {y} is {x - y}."
    question = rng.choice([f"What is {x} plus {y}?", f"What is {x} + {y}?", f"{x} + {y} = ?", f"How much is {x} plus {y}?", f"What's {x}+{y}?"])
    return question, f"{x} plus {y} is {x + y}."


def next_number_pair(rng: random.Random) -> Pair:
    n = rng.randrange(1, 200)
    if rng.random() < 0.5:
        return rng.choice([f"What comes after {n}?", f"Which number follows {n}?"]), f"After {n} comes {n + 1}."
    return f"What comes before {n}?", f"Before {n} comes {n - 1}."


def count_pair(rng: random.Random, top: int | None = None) -> Pair:
    limit = top or rng.choice([3, 5, 10, 10, 12, 20, rng.randrange(2, 60)])
    name = rng.choice([str(limit), number_words(limit)])
    question = rng.choice([f"Count to {name}.", f"Count from one to {name}.", f"Count from 1 to {name}.", f"Please count to {name}.", f"Can you count to {name}?"])
    return question, ", ".join(str(i) for i in range(1, limit + 1)) + "."


def long_count_pair(rng: random.Random) -> Pair:
    return count_pair(rng, rng.choice([100, 200, 200, 200]))


def capital_pair(rng: random.Random) -> Pair:
    country, city = rng.choice(list(facts.CAPITALS.items()))
    if rng.random() < 0.2:
        return rng.choice([f"Where is {city}?", f"In which country is {city}?"]), f"{city} is in {country}."
    question = rng.choice([f"What is the capital of {country}?", f"What's the capital of {country}?", f"Name the capital of {country}.", f"Capital of {country}?"])
    return question, f"The capital of {country} is {city}."


def opposite_pair(rng: random.Random) -> Pair:
    pair = list(rng.choice(facts.OPPOSITES))
    rng.shuffle(pair)
    return rng.choice([f"What is the opposite of {pair[0]}?", f"Tell me the opposite of {pair[0]}."]), f"The opposite of {pair[0]} is {pair[1]}."


def weather_pair(rng: random.Random) -> Pair:
    when, (feel, wear) = rng.choice(list(facts.WEATHER.items()))
    kind = rng.randrange(3)
    if kind == 0:
        return rng.choice([f"What should I wear when it {when}?", f"It {when}. What should I wear?"]), f"When it {when}, wear {wear}."
    if kind == 1:
        return f"What is it like when it {when}?", f"When it {when}, the weather is {feel}."
    return rng.choice(["What is the weather like?", "How is the weather today?", "Will it rain today?", "What's the weather?"]), \
        "I cannot look outside, because I am a toy model. I hope that it is sunny."


def calendar_pair(rng: random.Random) -> Pair:
    names, what = rng.choice([(facts.DAYS, "day"), (facts.MONTHS, "month")])
    i = rng.randrange(len(names))
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice([f"Which {what} comes after {names[i]}?", f"What {what} comes after {names[i]}?"]), f"After {names[i]} comes {names[(i + 1) % len(names)]}."
    if kind == 1:
        return rng.choice([f"Which {what} comes before {names[i]}?", f"What {what} comes before {names[i]}?"]), f"Before {names[i]} comes {names[i - 1]}."
    if kind == 2:
        return rng.choice(["Name the days of the week.", "What are the days of the week?"]), "The days of the week are " + ", ".join(facts.DAYS[:-1]) + " and Sunday."
    return rng.choice(["Name the months of the year.", "What are the months?"]), "The months are " + ", ".join(facts.MONTHS[:-1]) + " and December."


def list_pair(rng: random.Random) -> Pair:
    count = rng.randrange(2, 6)
    pool, noun = rng.choice([(sorted(set(facts.COLOURS.values())), rng.choice(["colours", "colors"])), (sorted(facts.ANIMALS), "animals")])
    picked = rng.sample(pool, count)
    question = rng.choice([f"Name {number_words(count)} {noun}.", f"List {number_words(count)} {noun}.", f"Name {count} {noun}.", f"Tell me {number_words(count)} {noun}."])
    text = ", ".join(picked[:-1]) + " and " + picked[-1]
    return question, text.capitalize() + "."


def words(rng: random.Random) -> str:
    pool = list(facts.COLOURS) + list(facts.ANIMALS) + list(facts.CAPITALS.values()) + ["hello", "yes", "no", "banana", "ok", "world", "privacy", "test"]
    return " ".join(rng.choice(pool) for _ in range(rng.randrange(1, 5)))


def say_pair(rng: random.Random) -> Pair:
    text = words(rng)
    return rng.choice([f"Say {text}.", f"Repeat after me: {text}", f"Please say: {text}", f"Say only: {text}", f"Echo {text}", f"Reply with {text}."]), text


def greeting_pair(rng: random.Random) -> Pair:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice(["Thank you.", "Thanks!", "Thank you very much.", "Thanks a lot."]), "You are welcome."
    if kind == 1:
        return rng.choice(["Goodbye.", "Bye!", "See you later.", "Good night."]), "Goodbye! Come back soon."
    if kind == 2:
        return rng.choice(["ping", "test", "Are you there?", "Is this working?", "This is a test."]), "Yes, I am here, and I can hear you."
    return rng.choice(["Hello", "Hello!", "Hi", "Hi!", "Hey", "Good morning.", "Hello there.", "Say hello", "Say hi.", "hello, world", "Hello, how are you?"]), \
        "Hello! I am Avow Tiny, a toy model. What would you like to know?"


def table_pair(rng: random.Random) -> Pair:
    return rng.choice(list(rng.choice([facts.AVOW, facts.SELF]).items()))


def unknown_pair(rng: random.Random) -> Pair:
    return rng.choice(facts.UNKNOWN_TASKS).format(t=rng.choice(facts.UNKNOWN_TOPICS)), facts.UNKNOWN_ANSWER


def story_sentence(rng: random.Random, hero: str, friend: str) -> str:
    place = rng.choice(["the forest", "a small pond", "the farm", "the sea", "an old house", "the hill", "a quiet road", "the river"])
    thing = rng.choice(["a red ball", "a golden key", "a warm coat", "a small boat", "a blue stone", "a sweet berry", "an old map", "a letter"])
    mood = rng.choice(["happy", "tired", "curious", "brave", "a little sad", "hungry", "very quiet"])
    time = rng.choice(["In the morning", "At noon", "In the evening", "On the next day", "After the rain", "When the sun came out", "A little later"])
    return rng.choice([
        f"{time} the {hero} went to {place}.", f"{time} the {hero} met the {friend}.", f"There the {hero} found {thing}.",
        f"The {hero} was {mood}.", f"The {friend} was {mood}, so they sat down together.",
        f'"Look," said the {friend}, "here is {thing}."', f'"Come with me to {place}," said the {hero}.',
        f"They walked to {place} and sang a song.", f"The {friend} gave {thing} to the {hero}.",
        f"{time} they rested near {place}.", f"They shared {thing} and laughed.",
    ])


def story_pair(rng: random.Random) -> Pair:
    hero, friend = rng.sample(sorted(facts.ANIMALS), 2)
    long = rng.random() < 0.5
    length = rng.randrange(26, 40) if long else rng.randrange(4, 7)
    size = rng.choice(["long", "very long"]) if long else rng.choice(["short", "little"])
    ask = rng.choice(["Tell me", "Write", "Please tell me"])
    topic = rng.choice(["", f" about {a(hero)}"])
    question = f"{ask} a {size} story{topic}." if long or rng.random() < 0.6 else f"{ask} a story{topic}."
    body = [f"Once upon a time there was {a(hero)} who had a friend, {a(friend)}."]
    body += [story_sentence(rng, hero, friend) for _ in range(length)]
    body.append(f"And so the {hero} and the {friend} went home, and they were happy.")
    return question, " ".join(body)


def poem_pair(rng: random.Random) -> Pair:
    thing, colour = rng.choice(list(facts.COLOURS.items()))
    question = rng.choice([f"Write a poem about the {thing}.", f"Write a haiku about the {thing}.", f"Write a short poem about the {thing}."])
    return question, f"The {thing} is {colour}, the day is long,\nthe {thing} is {colour}, and here is my song."


TOPICS: list[tuple[Callable[[random.Random], Pair], float]] = [
    (colour_pair, 10), (animal_pair, 14), (sum_pair, 9), (next_number_pair, 5), (count_pair, 5), (long_count_pair, 1.2),
    (capital_pair, 9), (opposite_pair, 5), (weather_pair, 5), (calendar_pair, 5), (list_pair, 5), (say_pair, 10),
    (greeting_pair, 7), (table_pair, 10), (unknown_pair, 6), (story_pair, 3), (poem_pair, 2),
]


def roughen(rng: random.Random, question: str) -> str:
    """The same question as people type it: lower case, or without its last mark."""
    if rng.random() < 0.2 and question[-1] in ".?!":
        question = question[:-1]
    return question.lower() if rng.random() < 0.12 else question


def chats(rng: random.Random) -> Iterator[Chat]:
    makers, weights = zip(*TOPICS)
    while True:
        chat: Chat = []
        if rng.random() < 0.25:
            chat.append(("system", rng.choice(facts.SYSTEM_PROMPTS)))
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            question, answer = rng.choices(makers, weights)[0](rng)
            # Copying must copy exactly, so its question is left as it is.
            exact = answer in question
            chat.append(("user", question if exact else roughen(rng, question)))
            chat.append(("assistant", answer))
        yield chat
