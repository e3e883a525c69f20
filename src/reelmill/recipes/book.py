"""All recipes, by name."""

from collections.abc import Mapping

from pydantic import JsonValue

from reelmill.recipes.analyze.recipe import AnalyzeRecipe
from reelmill.recipes.convert.recipe import ConvertRecipe
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.recipe import Recipe
from reelmill.recipes.stream.recipe import StreamRecipe

BOOK: tuple[type[Recipe], ...] = (LadderRecipe, ConvertRecipe, StreamRecipe, AnalyzeRecipe)
RECIPES = {one.name: one for one in BOOK}


def recipe_of(name: str, settings: Mapping[str, JsonValue]) -> Recipe:
    """A recipe as it was stored with a job.

    Raises:
        KeyError: there is none of that name.
        pydantic.ValidationError: these are not its settings.
    """
    return RECIPES[name].model_validate(settings)
