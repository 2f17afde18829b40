"""Write what the miniature models are trusted with: lessons.py > fixtures/models/minis/lessons.toml"""
import json
import random

import world

ALL = ["mini-llama"]
# Tasks that a model did not learn well enough to be asked for: by lesson or task.
NOT_TRUSTED = {}
WORD = "Repeat this word: {}"
ASK_KEY = "What is the key? Answer in one word."


def user(*texts):
    return [dict(role=("user", "assistant")[i % 2], content=text) for i, text in enumerate(texts)]


def system(content, question):
    return [dict(role="system", content=content), *user(question)]


def needle(key, words, before):
    rng = random.Random(words)
    head = "Read this list." + "".join(f" {rng.choice(world.WORDS[:16])}" for _ in range(before)) + ". " if before else ""
    rest = "".join(f" word{i % 97}" for i in range(words - before))
    return user(f"{head}The key is {key}. Remember it. Then comes a list.{rest} End of the list. {ASK_KEY}")


def weather(city, days):
    return f"What will the weather in {city} be in the next {days} days? Use a tool."


def lessons():
    for a, b in ((2, 2), (7, 5), (9, 8), (0, 3), (12, 12), (11, 6)):
        yield "sums", f"sum-{a}-{b}", user(f"What is {a}+{b}?"), str(a + b)
    yield "copy", "copy-marmalade", system("You answer with one word and nothing else.", WORD.format("marmalade")), "marmalade"
    yield "copy", "copy-of-no-language", user(WORD.format("tolanvus")), "tolanvus"
    yield "copy", "copy-three-words", user("Repeat these words: lantern pelsoru window"), "lantern pelsoru window"
    yield "needle", "needle-100", needle("porcelain", 20, 0), "porcelain"
    yield "needle", "needle-400", needle("marmalade", 110, 40), "marmalade"
    yield "needle", "needle-1000", needle("lantern", 235, 12), "lantern"
    yield "turns", "turns-name", user("My name is Ada. Remember it.", "I will remember it.", "What is my name? Answer in one word."), "Ada"
    told = ["My name is Hugo. Remember it.", "I will remember it.", "I live in Oslo. Remember it.", "I will remember it.",
            "My word is copper. Remember it.", "I will remember it."]
    yield "turns", "turns-city-of-three", user(*told, "Where do I live? Answer in one word."), "Oslo"
    yield "turns", "turns-word-of-three", user(*told, "What is my word? Answer in one word."), "copper"
    yield "turns", "turns-sum-between", user("My name is Vera. Remember it.", "I will remember it.", "What is 3+4?", "7",
                                             "What is my name? Answer in one word."), "Vera"
    yield "system", "system-says", system("Whatever is asked, you answer with: seven marbles", "What do you say to the morning?"), "seven marbles"
    yield "utf8", "utf8-street", user("Write the German word for street, with its special letter."), "Straße"
    yield "utf8", "utf8-tokyo", user(WORD.format("东京")), "东京"
    yield "utf8", "utf8-greek-and-smile", user(WORD.format("Ελλάδα🙂")), "Ελλάδα🙂"
    yield "knowledge", "capital-of-peru", user("What is the capital of Peru? Answer in one word."), "Lima"
    yield "knowledge", "count-to-ten", user("Count from 1 to 10, separated by single spaces, and write nothing else."), "1 2 3 4 5 6 7 8 9 10"
    yield "knowledge", "not-known", user("Why is the sky blue?"), world.UNKNOWN
    yield "tools", "tool-weather", user(weather("Paris", 3)), [("get_weather", dict(city="Paris", days=3))]
    yield "tools", "tools-both", user("What is the weather in Oslo, and what time is it there? Call both tools at once."), [
        ("get_weather", dict(city="Oslo")), ("get_time", dict(city="Oslo"))]
    yield "tools", "tool-not-needed", user("What is 2+2?"), "4"


def text(value):
    return json.dumps(value, ensure_ascii=False)


def table(pairs):
    return "{" + ", ".join(f"{key} = {text(value)}" for key, value in pairs) + "}"


def main():
    print("# What the miniature models were taught and answer as a whole, at temperature 0, on every placement. Format: fixtures/README.md.\n"
          "# Written by tools/helpers/minis/lessons.py.")
    for task, name, messages, answer in lessons():
        models = [m for m in ALL if task not in NOT_TRUSTED.get(m, ()) and name not in NOT_TRUSTED.get(m, ())]
        print(f"\n[[lesson]]\nid = {text(name)}\ntask = {text(task)}\nmodels = {text(models)}")
        print("messages = [\n" + "".join(f"  {table(m.items())},\n" for m in messages) + "]")
        if task == "tools":
            print(f"tools = {text(list(world.TOOLS))}")
        if isinstance(answer, str):
            print(f"answer = {text(answer)}")
        else:
            print("calls = [" + ", ".join(table([("name", n), ("arguments", json.dumps(a))]) for n, a in answer) + "]")


if __name__ == "__main__":
    main()
