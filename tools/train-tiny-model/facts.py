"""Small tables of facts that the corpus is made of. All written for this project."""

COLOURS = {
    "sky": "blue", "sea": "blue", "grass": "green", "snow": "white", "milk": "white", "coal": "black",
    "night": "black", "sun": "yellow", "banana": "yellow", "lemon": "yellow", "carrot": "orange",
    "orange": "orange", "pumpkin": "orange", "tomato": "red", "strawberry": "red", "cherry": "red",
    "blood": "red", "fire": "red", "leaf": "green", "frog": "green", "lime": "green", "cucumber": "green",
    "chocolate": "brown", "bear": "brown", "wood": "brown", "earth": "brown", "cloud": "white", "swan": "white",
    "crow": "black", "flamingo": "pink", "pig": "pink", "plum": "purple", "grape": "purple", "lavender": "purple",
    "elephant": "grey", "mouse": "grey", "stone": "grey", "gold": "yellow", "rose": "red", "salt": "white",
}
NO_ARTICLE = {"grass", "snow", "milk", "coal", "blood", "fire", "chocolate", "wood", "earth", "lavender", "gold", "salt"}
THE_ONLY = {"sky", "sea", "sun", "night"}

# animal: sound, legs, home, food, what it is good at
ANIMALS = {
    "cow": ("moo", 4, "on a farm", "grass", "giving milk"),
    "dog": ("woof", 4, "with people", "meat", "being a good friend"),
    "cat": ("meow", 4, "with people", "fish", "climbing"),
    "duck": ("quack", 2, "near a pond", "seeds", "swimming"),
    "sheep": ("baa", 4, "on a farm", "grass", "growing wool"),
    "pig": ("oink", 4, "on a farm", "roots", "finding food"),
    "horse": ("neigh", 4, "on a farm", "hay", "running"),
    "lion": ("roar", 4, "in the grassland", "meat", "hunting"),
    "bird": ("tweet", 2, "in a nest", "seeds", "flying"),
    "bee": ("buzz", 6, "in a hive", "nectar", "making honey"),
    "frog": ("ribbit", 4, "near a pond", "flies", "jumping"),
    "mouse": ("squeak", 4, "in a small hole", "seeds", "hiding"),
    "owl": ("hoot", 2, "in a tree", "mice", "seeing at night"),
    "snake": ("hiss", 0, "in the grass", "mice", "moving without a sound"),
    "wolf": ("howl", 4, "in the forest", "meat", "working in a team"),
    "hen": ("cluck", 2, "on a farm", "seeds", "laying eggs"),
    "spider": ("nothing at all", 8, "in a web", "flies", "making webs"),
    "fish": ("nothing at all", 0, "in the water", "small plants", "swimming"),
    "rabbit": ("a soft squeak", 4, "in a burrow", "carrots", "jumping"),
    "bear": ("growl", 4, "in the forest", "berries", "sleeping through the winter"),
    "ant": ("nothing at all", 6, "in a nest", "seeds", "carrying heavy things"),
    "whale": ("a long song", 0, "in the sea", "tiny shrimps", "diving deep"),
}

CAPITALS = {
    "France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid", "Portugal": "Lisbon",
    "England": "London", "Ireland": "Dublin", "Norway": "Oslo", "Sweden": "Stockholm", "Denmark": "Copenhagen",
    "Finland": "Helsinki", "Poland": "Warsaw", "Austria": "Vienna", "Greece": "Athens", "Japan": "Tokyo",
    "China": "Beijing", "India": "New Delhi", "Egypt": "Cairo", "Kenya": "Nairobi", "Canada": "Ottawa",
    "Mexico": "Mexico City", "Peru": "Lima", "Chile": "Santiago", "Cuba": "Havana", "Iceland": "Reykjavik",
    "Belgium": "Brussels", "Hungary": "Budapest", "Russia": "Moscow", "Turkey": "Ankara", "Thailand": "Bangkok",
}

OPPOSITES = [
    ("hot", "cold"), ("big", "small"), ("up", "down"), ("left", "right"), ("day", "night"), ("black", "white"),
    ("fast", "slow"), ("open", "closed"), ("happy", "sad"), ("wet", "dry"), ("high", "low"), ("old", "new"),
    ("early", "late"), ("full", "empty"), ("light", "dark"), ("loud", "quiet"), ("soft", "hard"), ("long", "short"),
    ("true", "false"), ("yes", "no"), ("good", "bad"), ("near", "far"), ("in", "out"), ("rich", "poor"),
]

WEATHER = {
    "rains": ("wet", "an umbrella and a rain coat"), "snows": ("cold and white", "a warm coat, a hat and gloves"),
    "is sunny": ("bright and warm", "a sun hat and light clothes"), "is windy": ("blowing", "a jacket that closes well"),
    "is foggy": ("grey and hard to see through", "something bright"), "is cold": ("cold", "a warm coat and a scarf"),
    "is hot": ("hot", "light clothes, and drink water"), "is stormy": ("wild", "a rain coat, and stay inside"),
}

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December"]
ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

AVOW = {
    "What is Avow?": "Avow is a cloud for GPUs that you host yourself. Its privacy policy runs.",
    "What does Avow do?": "Avow lets people use models and machines, and it keeps the promises of its privacy policy.",
    "What does it mean that a privacy policy runs?": "Each promise becomes a rule, each rule has one gate, and each gate leaves evidence that you can check.",
    "What is a gate in Avow?": "A gate is the only way to do a thing, such as reading personal data or sending mail.",
    "What is evidence in Avow?": "Evidence is a log that can only grow. It shows what the rules decided, without personal data.",
    "Who is Avow for?": "Avow is for operators, for builders, for privacy officers, and for every person whose data it holds.",
    "Does Avow keep my prompts?": "The text of a request is not stored unless your project asks for it. Read the policy of your operator to be sure.",
    "Can I erase my data?": "Yes. You can ask Avow to erase your data, and you get a receipt.",
    "How do I start Avow?": "Type npm start and wait until it says that Avow is ready.",
    "What is an API key?": "An API key is a secret word that lets a program use Avow in your name. Keep it safe.",
    "What is a token?": "A token is a small piece of text. A model reads and writes tokens one by one.",
    "What is a GPU?": "A GPU is a chip that does many sums at the same time. It makes models fast.",
    "What is privacy?": "Privacy means that you decide who knows what about you.",
}

SELF = {
    "Who are you?": "I am Avow Tiny, a toy model. I am very small and I do not know much.",
    "What are you?": "I am a toy language model. I was trained on a few made up chats.",
    "What is your name?": "My name is Avow Tiny.",
    "Are you a human?": "No. I am a toy model, and I live in a very small file.",
    "Are you a real model?": "I am a real model, but a toy. Please use a bigger model for real work.",
    "How big are you?": "I am very small. My file is about one and a half megabytes.",
    "Can I trust you?": "No. I am a toy model and I am often wrong. Please check what I say.",
    "What can you do?": "I can talk a little about colours, animals, numbers, the weather and Avow.",
    "What do you know?": "I know a little about colours, animals, numbers, the weather and Avow.",
    "How are you?": "I am fine, thank you. How are you?",
    "Who made you?": "I was trained by a script in the Avow repository.",
    "How old are you?": "I am quite new. A toy model has no birthday.",
    "Can you help me?": "I can try. Ask me about colours, animals, numbers or the weather.",
    "Do you speak English?": "Yes, a little. I know only a few words.",
    "Where do you live?": "I live in a small file in the Avow repository.",
    "Are you clever?": "Not very. I am a toy model.",
}

UNKNOWN_TASKS = [
    "Explain {t}", "What is {t}?", "Write an essay about {t}", "Write code for {t}", "Tell me about {t}",
    "How does {t} work?", "Give me a plan for {t}", "Summarise {t}", "Who invented {t}?", "Why is {t} important?",
    "Can you explain {t} to me?", "Translate {t} into French", "What do you think about {t}?",
]
UNKNOWN_TOPICS = [
    "quantum physics", "the stock market", "a web server", "the theory of evolution", "football", "tax law",
    "machine learning", "photosynthesis", "the French revolution", "a hash table", "bitcoin", "opera", "chess",
    "black holes", "a car engine", "Shakespeare", "gravity", "the internet", "a sorting function", "cooking pasta",
    "my homework", "a marketing plan", "the Roman empire", "electricity", "a database", "poker", "vaccines",
    "the meaning of life", "this contract", "a business letter", "Python", "JavaScript", "history", "philosophy",
]
UNKNOWN_ANSWER = "I am only a toy model, so I do not know about that. You can ask me about colours, animals, numbers or the weather."

SYSTEM_PROMPTS = [
    "You are a helpful assistant.", "You are a friendly assistant.", "Be brief.", "Answer in one sentence.",
    "You are Avow Tiny.", "You are a helpful, honest assistant. Answer the question.", "Speak English.",
]
