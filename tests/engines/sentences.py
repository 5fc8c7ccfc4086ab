"""Fifty sentences, written for these tests, ten in each language of the embedded model."""

SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "The council will vote on the new budget next Tuesday.",
        "Two schools were closed because of the snow.",
        "She said the company had no plans to raise its prices.",
        "The bridge, built in 1931, is the oldest in the city.",
        "Nobody was hurt.",
        "Farmers fear that the drought will last until October.",
        "“We are not afraid of the competition,” the director told reporters.",
        "The match ended in a draw after a goal in the 89th minute.",
        "Scientists have found a new species of frog in the north of the island.",
        "Tickets cost 12 euros; children under six get in free.",
    ),
    "pt": (
        "A câmara vai votar o novo orçamento na próxima terça-feira.",
        "Duas escolas fecharam por causa da neve.",
        "Ela disse que a empresa não tem planos para aumentar os preços.",
        "A ponte, construída em 1931, é a mais antiga da cidade.",
        "Ninguém ficou ferido.",
        "Os agricultores receiam que a seca dure até outubro.",
        "O jogo terminou empatado depois de um golo aos 89 minutos.",
        "Os cientistas encontraram uma nova espécie de rã no norte da ilha.",
        "Os bilhetes custam 12 euros e as crianças não pagam.",
        "O museu reabre no domingo, depois de três anos de obras.",
    ),
    "es": (
        "El ayuntamiento votará el nuevo presupuesto el próximo martes.",
        "Dos colegios cerraron por culpa de la nieve.",
        "Dijo que la empresa no piensa subir los precios.",
        "El puente, construido en 1931, es el más antiguo de la ciudad.",
        "Nadie resultó herido.",
        "Los agricultores temen que la sequía dure hasta octubre.",
        "El partido acabó en empate tras un gol en el minuto 89.",
        "Los científicos han encontrado una nueva especie de rana en la isla.",
        "Las entradas cuestan 12 euros y los niños no pagan.",
        "¿Quién pagará las obras del museo?",
    ),
    "fr": (
        "Le conseil votera le nouveau budget mardi prochain.",
        "Deux écoles ont fermé à cause de la neige.",
        "Elle a dit que l'entreprise ne comptait pas augmenter ses prix.",
        "Le pont, construit en 1931, est le plus ancien de la ville.",
        "Personne n'a été blessé.",
        "Les agriculteurs craignent que la sécheresse dure jusqu'en octobre.",
        "Le match s'est terminé par un nul après un but à la 89e minute.",
        "Des chercheurs ont découvert une nouvelle espèce de grenouille.",
        "L'entrée coûte 12 euros ; elle est gratuite pour les enfants.",
        "Qui paiera les travaux du musée ?",
    ),
    "de": (
        "Der Stadtrat stimmt am kommenden Dienstag über den Haushalt ab.",
        "Zwei Schulen blieben wegen des Schnees geschlossen.",
        "Sie sagte, das Unternehmen wolle die Preise nicht erhöhen.",
        "Die Brücke aus dem Jahr 1931 ist die älteste der Stadt.",
        "Verletzt wurde niemand.",
        "Die Bauern fürchten, dass die Dürre bis Oktober dauert.",
        "Das Spiel endete nach einem Tor in der 89. Minute unentschieden.",
        "Forscher haben auf der Insel eine neue Froschart entdeckt.",
        "Der Eintritt kostet 12 Euro, Kinder zahlen nichts.",
        "Wer bezahlt den Umbau des Museums?",
    ),
}


def pivot_of(lang: str) -> str:
    return "pt" if lang == "en" else "en"
