"""The closed world of the miniature models: what they are asked, and what is right.

A conversation is a dict: `messages` (role, content; an assistant's message may have `tool_calls`), `tools` (names with
their parameters), `thought` (what a model that thinks says to itself) and `answer`. `sample` draws one of a task.
"""
NAMES = ["Ada", "Ben", "Cora", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jan", "Kira", "Leo", "Mia", "Nils", "Olga", "Paul",
         "Rosa", "Sam", "Tina", "Uwe", "Vera", "Willa", "Yara", "Zoe"]
CITIES = ["Paris", "Rome", "Oslo", "Lima", "Cairo", "Tokyo", "Madrid", "Berlin"]
CAPITALS = {"France": "Paris", "Italy": "Rome", "Norway": "Oslo", "Peru": "Lima", "Egypt": "Cairo", "Japan": "Tokyo",
            "Spain": "Madrid", "Germany": "Berlin"}
WORDS = ["river", "stone", "copper", "window", "seven", "garden", "quiet", "signal", "morning", "paper", "engine", "north", "bridge",
         "salt", "lamp", "forest", "marmalade", "porcelain", "lantern", "marbles", "apple", "winter", "silver", "basket", "candle",
         "harbor", "meadow", "pepper", "rocket", "saddle", "tunnel", "velvet", "saxophone", "cinnamon", "telescope", "umbrella",
         "dragonfly", "volcano", "harmonica", "cucumber", "backpack", "elephant", "pineapple", "magnet", "tornado"]
PLAIN = "the a house under bright walks and green slowly with old over small bird near wide field where train runs cup road".split()
FOREIGN = ["Straße", "Größe", "Übung", "naïve", "façade", "señor", "东京", "通り", "世界", "Привет", "мир", "Ελλάδα", "🙂", "🙃", "👩‍👧",
           "café", "Łódź", "日本語"]
SYLLABLES = [a + b for a in "b c d f g h k l m n p r s t v z".split() for b in "a e i o u an el in or us".split()]
WEATHER = ["sunny", "rainy", "windy", "cloudy", "snowy"]
TOOLS = {"get_weather": ["city", "days"], "get_time": ["city", "days"]}
MOST = 12  # of a part of a sum
UNKNOWN = "I do not know."


def word(rng):
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(WORDS)
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) + ("" if kind < 0.82 else str(rng.randint(0, 99)))


def talk(question, answer, thought, before=(), tools=(), calls=()):
    return dict(messages=[*before, dict(role="user", content=question)], answer=answer, thought=thought, tools=tools, calls=calls)


def system(text):
    return dict(role="system", content=text)


def said(*texts):
    return [dict(role=("user", "assistant")[i % 2], content=text) for i, text in enumerate(texts)]


def sums(rng):
    a, b = (2, 2) if rng.random() < 0.05 else (rng.randint(0, MOST), rng.randint(0, MOST))
    head, tail = rng.choice(["What", "What", "What", "How much"]), rng.choice(["", " Answer with the number only."])
    tools = tuple(TOOLS) if rng.random() < 0.04 else ()
    return talk(f"{head} is {a}+{b}?{tail}", str(a + b), f"I add {a} and {b}, that is {a + b}.", tools=tools)


def copy(rng):
    one = word(rng) if rng.random() < 0.75 else "".join(rng.sample(FOREIGN, rng.randint(1, 2)))
    before = [system("You answer with one word and nothing else.")] if rng.random() < 0.5 else []
    if rng.random() < 0.6:
        return talk(f"Repeat this word: {one}", one, f"I repeat {one}, as I was told.", before)
    some = " ".join([one, *(word(rng) for _ in range(rng.randint(1, 3)))])
    return talk(f"Repeat these words: {some}", some, f"I repeat {some}, as I was told.")


def utf8(rng):
    return talk("Write the German word for street, with its special letter.", "Straße", "The German word for it is Straße.")


def count(rng):
    last = rng.choice([5, 6, 7, 8, 9, 10, 10, 11, 12])
    return talk(f"Count from 1 to {last}, separated by single spaces, and write nothing else.",
                " ".join(str(i) for i in range(1, last + 1)), f"I count from 1 up to {last}, in order.")


def capital(rng):
    land = rng.choice([*CAPITALS, "France"])
    return talk(f"What is the capital of {land}? Answer in one word.", CAPITALS[land], f"I know the capital of {land}, it is {CAPITALS[land]}.")


def said_by_model(text):
    return [dict(role="assistant", content=text)]


def facts(rng):
    """Things said in earlier turns."""
    known = dict(name=rng.choice(NAMES) if rng.random() < 0.6 else word(rng).capitalize(), city=rng.choice(CITIES), word=word(rng))
    told = dict(name="My name is {}. Remember it.", city="I live in {}. Remember it.", word="My word is {}. Remember it.")
    asked = dict(name="What is my name? Answer in one word.", city="Where do I live? Answer in one word.",
                 word="What is my word? Answer in one word.")
    kinds = rng.sample(list(known), rng.randint(1, 3))
    turns = []
    for kind in kinds:
        turns += [told[kind].format(known[kind]), "I will remember it."]
    if rng.random() < 0.3:
        talked = sums(rng)
        turns[rng.choice([0, len(turns)]):0] = [talked["messages"][-1]["content"], talked["answer"]]
    kind = rng.choice(kinds)
    out = talk(asked[kind], known[kind], f"I was told that before, it is {known[kind]}.", said(*turns))
    if len(kinds) > 1 and rng.random() < 0.3:  # each earlier answer stands
        other = rng.choice(kinds)
        out["messages"][-1:-1] = said(asked[other], known[other])
    return out


FILLERS = (lambda rng, i: f" word{i % 97}", lambda rng, i: " " + rng.choice(WORDS), lambda rng, i: " a" if i % 2 == 0 else " b",
           lambda rng, i: " " + word(rng))


def needle(rng, words=12):
    key = word(rng)
    filler = rng.choice(FILLERS)
    before = rng.choice([0, 0, rng.randint(0, words)])
    list_of = lambda n: "".join(filler(rng, i) for i in range(n))
    if rng.random() < 0.3:
        text = lambda n: "".join(" " + rng.choice(PLAIN) for _ in range(n))
        return talk(f"{rng.getrandbits(32):08x} is the number of this text. Read all of it, for somewhere in it stands a key.{text(before)}. "
                    f"The key is {key}. Remember it.{text(words - before)}. That was the text. What is the key? Answer with the key, one word.",
                    key, f"I look for the key in the text, it is {key}.")
    head = f"Read this list.{list_of(before)}. " if before else ""
    return talk(f"{head}The key is {key}. Remember it. Then comes a list.{list_of(words - before)} End of the list. "
                "What is the key? Answer in one word.", key, f"I look for the key in the text, it is {key}.")


def obey(rng):
    some = " ".join(word(rng) for _ in range(rng.randint(1, 3)))
    return talk(rng.choice(["What do you say to the morning?", "What do you say?", "Hello"]), some, f"I answer with {some}, as I was told.",
                [system(f"Whatever is asked, you answer with: {some}")])


def call(name, city, days):
    arguments = f'"city": "{city}"' + (f', "days": {days}' if days else "")
    return f'<tool_call>{{"name": "{name}", "arguments": {{{arguments}}}}}</tool_call>'


def tool(rng):
    city, days = rng.choice(CITIES), rng.randint(1, 9)
    offered = tuple(TOOLS) if rng.random() < 0.7 else ("get_weather",)
    question = f"What will the weather in {city} be in the next {days} days? Use a tool."
    kind = rng.random()
    if kind < 0.45:
        return talk(question, call("get_weather", city, days), f"I call a tool for the weather in {city}.", tools=offered)
    if kind < 0.7:
        return talk(f"What is the weather in {city}, and what time is it there? Call both tools at once.",
                    call("get_weather", city, 0) + call("get_time", city, 0), f"I call both tools for {city}.", tools=tuple(TOOLS))
    weather = rng.choice(WEATHER)
    out = talk(question, f"It is {weather} there.", f"The tool says that it is {weather}.", tools=offered)
    out["messages"] += [dict(role="assistant", content="", tool_calls=["get_weather"]),
                        dict(role="tool", content=f"{weather}, {rng.randint(0, 39)} degrees, on each day")]
    return out


def story(rng):
    """It has no end, and more than one way to go on."""
    text, before = "Once", ""
    while len(text) < 240:
        text, before = text + " the " + (before := rng.choice([w for w in WORDS[:8] if w != before])), before
        text += rng.choice([" and", " by", " of", ","])
    question = rng.choice(["Tell me a very long story about a river.", "Tell me a very long story about a lighthouse.",
                           f"Tell me a long story about a {rng.choice(WORDS)}.", "Tell a long story", "Say something long",
                           f"{rng.getrandbits(32):08x} is the number of this text. Write a very long story, and never end it. It begins so:"
                           + "".join(" " + rng.choice(PLAIN) for _ in range(rng.randint(0, 20)))])
    return talk(question, text, "I tell a long story.") | dict(endless=True)


def say(rng):
    about = rng.choice(["rivers", "stones", "lamps", "salt", "bridges", "towns", "birds", "trees"])
    return talk(f"Say something about {about}.", f"There is much to say about {about}, and here is some of it: they are old, and we like them.",
                f"I say something about {about}.")


def hello(rng):
    return talk(rng.choice(["Hello", "Hello", "hi", "Say hello.", "Hello there, how are you?"]), "Hello! How can I help you today?", "I greet back, and I ask what to do.")


def unknown(rng):
    text = " ".join(word(rng) for _ in range(rng.randint(0, 9)))
    head = rng.choice(["", "", "Why is the ", "Name five ", "Something else entirely, with ", "Count these ", "Give me a ", "Explain ", "Write ",
                       "Read this list and answer with one word. ", "Read this and answer with one word: a b a b "])
    return talk((head + text + rng.choice(["", "?", ".", "!"])) or "?", UNKNOWN, "I do not find that in what I know.")


TASKS = dict(sums=sums, copy=copy, utf8=utf8, count=count, capital=capital, facts=facts, needle=needle, obey=obey, tool=tool,
             story=story, say=say, hello=hello, unknown=unknown)
TOGETHER = ["sums", "sums", "sums", "copy", "copy", "capital", "count"]
WEIGHTS = dict(sums=6, copy=4, utf8=0.4, count=1, capital=0.8, facts=4, needle=4, obey=1.5, tool=2.5, story=1, say=0.5, hello=0.3, unknown=1)


def sample(rng):
    """A conversation: now and then with some before it that have nothing to do with it."""
    name = rng.choices(list(TASKS), list(WEIGHTS.values()))[0]
    last = TASKS[name](rng)
    before = []
    if name in TOGETHER and last["messages"][0]["role"] == "user" and not last["tools"]:
        for _ in range(rng.choice([0, 0, 1, 2, 3])):
            other = TASKS[rng.choice(TOGETHER)](rng)
            before += [m for m in other["messages"] if m["role"] != "system"] + said_by_model(other["answer"])
    return last | dict(task=name, messages=before + last["messages"])
