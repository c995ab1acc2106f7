from .distance import (
    LocatedPoints as LocatedPoints,
)
from .distance import (
    SeaDistance as SeaDistance,
)
from .distance import (
    SeaField as SeaField,
)
from .distance import (
    compile_kernels as compile_kernels,
)
